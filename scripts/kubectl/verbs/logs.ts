// `kubectl logs`: what a container printed, and with -f what it goes on to print.

import { failure, isReason, KubectlError } from '../failure.ts';
import { text, toggle } from '../flags.ts';
import { durationMs } from '../duration.ts';
import { bestPod, chooseContainer, podsBehind, podsWith, type Pod } from '../objects/pods.ts';
import { readTarget } from '../objects/targets.ts';
import type { Call, Cluster, Verb } from '../verb.ts';

export const logs: Verb = {
  flags: {
    container: text('c'),
    follow: toggle('f'),
    previous: toggle('p'),
    tail: text(),
    since: text(),
    timestamps: toggle(),
    selector: text('l'),
    'all-containers': toggle(),
    'all-pods': toggle(),
    prefix: toggle(),
  },
  async run(call) {
    const { args, flags, terminal } = call;
    const selector = flags.text('selector');
    if (args.length === 0 && selector === undefined) throw nothingNamed();
    if (args.length > 0 && selector !== undefined) {
      throw failure('only a selector (-l) or a POD name is allowed');
    }
    const cluster = await call.cluster();
    const pods = await podsAsked(call, cluster, selector);
    const sources = pods.flatMap((pod) => containersOf(call, pod).map((container) => ({ pod, container })));
    if (flags.on('follow')) {
      if (sources.length > 5) {
        throw failure(
          `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is 5, use --max-log-requests to increase the limit`,
        );
      }
      await Promise.all(sources.map(async (source) => copyLog(call, cluster, source)));
      return terminal.signal.aborted ? 130 : 0;
    }
    for (const source of sources) await copyLog(call, cluster, source);
    return 0;
  },
};

const nothingNamed = (): KubectlError =>
  new KubectlError(
    "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples",
  );

async function podsAsked(
  call: Call,
  cluster: Cluster,
  selector: string | undefined,
): Promise<readonly Pod[]> {
  const { args, flags, terminal } = call;
  if (selector !== undefined) {
    const pods = await podsWith(cluster, selector);
    if (pods.length === 0) terminal.err(`No resources found in ${cluster.namespace} namespace.\n`);
    return pods;
  }
  // kubectl takes a second word for the container.
  const target = readTarget(args.slice(0, 1), await cluster.discovery());
  const pods = await podsBehind(cluster, target).catch((error: unknown) => {
    if (!isReason(error, 'NotFound')) throw error;
    throw failure(`error from server (NotFound): ${error.message} in namespace "${cluster.namespace}"`);
  });
  if (flags.on('all-pods')) return pods;
  const best = bestPod(pods);
  if (best === undefined) {
    throw failure(`timed out waiting for the condition`);
  }
  if (pods.length > 1) terminal.err(`Found ${pods.length} pods, using pod/${best.metadata?.name ?? ''}\n`);
  return [best];
}

function containersOf({ args, flags, terminal }: Call, pod: Pod): readonly string[] {
  if (flags.on('all-containers')) {
    const { initContainers = [], containers = [] } = pod.spec ?? {};
    return [...initContainers, ...containers].map(({ name }) => name);
  }
  const asked = flags.text('container') ?? args[1];
  const known = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  if (asked !== undefined && !known.some(({ name }) => name === asked)) {
    throw failure(`container ${asked} is not valid for pod ${pod.metadata?.name ?? ''}`);
  }
  return [chooseContainer(pod, asked, terminal.err)];
}

async function copyLog(
  { flags, terminal }: Call,
  { client }: Cluster,
  { pod, container }: { pod: Pod; container: string },
): Promise<void> {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const since = flags.text('since');
  const tail = flags.text('tail') ?? (flags.text('selector') === undefined ? undefined : '10');
  const log = await client.stream({
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`,
    query: {
      container,
      follow: flags.on('follow') ? 'true' : undefined,
      previous: flags.on('previous') ? 'true' : undefined,
      timestamps: flags.on('timestamps') ? 'true' : undefined,
      tailLines: tail === undefined || Number(tail) < 0 ? undefined : tail,
      sinceSeconds: since === undefined ? undefined : String(Math.ceil(durationMs(since) / 1000)),
    },
    signal: terminal.signal,
  });
  const prefix = flags.on('prefix') ? `[pod/${name}/${container}] ` : '';
  if (prefix === '') {
    for await (const chunk of log) terminal.out(chunk as Uint8Array);
    return;
  }
  const { createInterface } = await import('node:readline');
  for await (const line of createInterface({ input: log })) terminal.out(`${prefix}${line}\n`);
}
