// `kubectl exec`: the container's commands, never this machine's shell.

import type { ExecOptions } from '../api/extension.ts';
import type { Clock, Random } from '../clock/clock.ts';
import type { Pod } from '../kube/resources.ts';
import { StatusError } from '../kube/status-error.ts';
import { hasCommand, missingProgram, runCommand } from './commands/run-command.ts';
import { newId } from './image-reference.ts';
import type { PodWorker } from './pod-worker.ts';
import { openTerminal } from './terminal.ts';

/**
 * Resolves with the exit code: 137 when the client left, 130 after Ctrl+C.
 * @throws BadRequest for an unknown container or a pod that is over, NotFound for a container that does not run,
 * InternalError in containerd's words for a command that it does not have
 */
export async function execInPod(
  worker: PodWorker | undefined,
  pod: Pod,
  options: ExecOptions,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<number> {
  const { container } = options;
  const declared = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  const spec = declared.find(({ name }) => name === container);
  if (spec === undefined) {
    throw new StatusError('BadRequest', `container ${container} is not valid for pod ${pod.metadata.name}`);
  }
  const phase = pod.status?.phase;
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw new StatusError(
      'BadRequest',
      `cannot exec into a container in a completed pod; current phase is ${phase}`,
    );
  }
  const network = worker?.network;
  if (worker?.container(container)?.running !== true || network === undefined) {
    throw new StatusError('NotFound', `unable to upgrade connection: container not found ("${container}")`);
  }
  const { command, tty } = options;
  const [program = ''] = command;
  if (!hasCommand(program, spec.image ?? '')) {
    const why = `failed to exec in container: failed to start exec "${newId(random)}": ${missingProgram(program)}`;
    throw new StatusError(
      'InternalError',
      `Internal error occurred: error executing command in container: ${why}`,
    );
  }
  const terminal = tty ? openTerminal(options) : undefined;
  const { stdin, stdout, stderr, signal } = terminal ?? options;
  const code = await runCommand(
    {
      stdin,
      stdout,
      stderr,
      signal,
      tty,
      image: spec.image ?? '',
      network,
      env: worker.environment(spec),
      files: worker.files(spec),
      hostname: worker.hostname,
      clock,
      random,
    },
    command,
  );
  return terminal?.interrupted === true ? interruptedCode : code;
}

/** 128 + SIGINT. */
const interruptedCode = 130;
