// `GET …/pods/NAME/log`, with the refusals of a kubelet.

import type { LogOptions } from '../../api/extension.ts';
import type { Clock } from '../../clock/clock.ts';
import type { Pod } from '../../kube/resources.ts';
import { StatusError } from '../../kube/status-error.ts';
import type { PodWorker } from '../pod-worker.ts';
import { readLog } from './read-log.ts';

/** Refuses at the first chunk. @throws BadRequest */
export async function* podLogs(
  worker: PodWorker | undefined,
  pod: Pod,
  options: LogOptions,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const { name } = pod.metadata;
  const { container } = options;
  const declared = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  if (!declared.some((other) => other.name === container)) {
    throw new StatusError('BadRequest', `container ${container} is not valid for pod ${name}`);
  }
  if (pod.spec?.nodeName === undefined) {
    throw new StatusError('BadRequest', `pod ${name} does not have a host assigned`);
  }
  const runner = worker?.container(container);
  if (runner === undefined) {
    throw new StatusError('BadRequest', `the logs of pod ${name} ended with the process that ran it`);
  }
  if (options.previous) {
    // While it waits for its next start, the run that ended last is the previous one.
    const previous = runner.state.waiting !== undefined && runner.begun ? runner.log : runner.previousLog;
    if (previous === undefined) {
      throw new StatusError(
        'BadRequest',
        `previous terminated container "${container}" in pod "${name}" not found`,
      );
    }
    yield* readLog(previous, { ...options, follow: false }, clock.now(), signal);
    return;
  }
  const { waiting } = runner.state;
  if (waiting !== undefined && !runner.begun) {
    const pulling = waiting.reason === 'ErrImagePull' || waiting.reason === 'ImagePullBackOff';
    const why = pulling ? 'trying and failing to pull image' : waiting.reason;
    throw new StatusError(
      'BadRequest',
      `container "${container}" in pod "${name}" is waiting to start: ${why}`,
    );
  }
  yield* readLog(runner.log, options, clock.now(), signal);
}
