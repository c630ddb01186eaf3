// What a restarted kubelet makes of a container that ran under the former one: its process is gone without a word, as
// after a power failure.

import type { ContainerState, ContainerStatus } from 'kubernetes-types/core/v1.js';

/** The `lastState` of the run that begins now. @param now RFC 3339 */
export function stateAfterLoss(
  { state, lastState = {}, containerID }: ContainerStatus,
  now: string,
): ContainerState {
  const { running, terminated } = state ?? {};
  if (terminated !== undefined) return { terminated };
  if (running === undefined) return lastState;
  return {
    terminated: {
      exitCode: 255,
      reason: 'Unknown',
      startedAt: running.startedAt ?? now,
      finishedAt: now,
      ...(containerID === undefined ? {} : { containerID }),
    },
  };
}
