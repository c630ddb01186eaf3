// Whether the node takes pods. kind ends before it does, and its own wait is no error when it times out.

import { setTimeout as sleep } from 'node:timers/promises';
import { openCluster } from '../../cluster/client.ts';
import { LabError } from '../../error.ts';
import type { TaskContext } from '../../setup/task.ts';

const lookMs = 500;

/** @throws LabError with the node's own reason */
export async function nodeReady(
  kubeconfig: string,
  withinMs: number,
  { signal, note }: TaskContext,
): Promise<void> {
  const { core } = openCluster(kubeconfig);
  const deadline = performance.now() + withinMs;
  for (;;) {
    const { items } = await core.listNode();
    const unready = items.flatMap(({ metadata, status }) => {
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      return ready?.status === 'True'
        ? []
        : [{ name: metadata?.name ?? '', why: ready?.message ?? 'it says nothing' }];
    });
    const [first] = unready;
    if (items.length > 0 && first === undefined) return;
    const { name, why } = first ?? { name: 'of the cluster', why: 'there is none' };
    if (performance.now() > deadline) {
      throw new LabError(
        'NODE_NOT_READY',
        `The node ${name} is not ready after ${Math.round(withinMs / 1000)} s: ${why}`,
        {
          hint: `kubectl describe node; npm run doctor; then run the same command again`,
        },
      );
    }
    note(why);
    await sleep(lookMs, undefined, { signal });
  }
}
