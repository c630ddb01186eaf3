// `kubectl exec`: runs a command in a container over one WebSocket (v5.channel.k8s.io).

import { failure } from '../failure.ts';
import { text, toggle } from '../flags.ts';
import { bestPod, chooseContainer, podsBehind } from '../objects/pods.ts';
import { readTarget } from '../objects/targets.ts';
import type { Call, Verb } from '../verb.ts';

export const exec: Verb = {
  flags: { stdin: toggle('i'), tty: toggle('t'), container: text('c'), quiet: toggle('q') },
  async run(call) {
    const { args, command, flags, terminal } = call;
    if (args.length === 0) {
      throw failure('pod, type/name or --filename must be specified');
    }
    if (command.length === 0) throw failure('you must specify at least one command for the container');
    const say = flags.on('quiet') ? (): void => undefined : terminal.err;
    const cluster = await call.cluster();
    const pod = await podAsked(call);
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') {
      throw failure(`cannot exec into a container in a completed pod; current phase is ${pod.status.phase}`);
    }
    const container = chooseContainer(pod, flags.text('container'), say);
    const { runInContainer } = await import('../api/exec-stream.ts');
    const outcome = await runInContainer({
      access: cluster.client.access,
      namespace: pod.metadata?.namespace ?? cluster.namespace,
      pod: pod.metadata?.name ?? '',
      container,
      command,
      terminal,
      withInput: flags.on('stdin'),
    });
    if (outcome.exitCode !== undefined && outcome.exitCode !== 0) {
      terminal.err(`command terminated with exit code ${outcome.exitCode}\n`);
    } else if (outcome.message !== undefined) throw failure(outcome.message);
    return outcome.exitCode ?? 0;
  },
};

async function podAsked(call: Call): Promise<NonNullable<ReturnType<typeof bestPod>>> {
  const cluster = await call.cluster();
  const target = readTarget(call.args.slice(0, 1), await cluster.discovery());
  const best = bestPod(await podsBehind(cluster, target));
  if (best === undefined) throw failure('timed out waiting for the condition');
  return best;
}
