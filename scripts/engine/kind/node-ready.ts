// Whether the node takes pods. kind ends before it does, and its own wait is no error when it times out.

import { openCluster } from '../../cluster/client.ts';
import { LabError } from '../../error.ts';
import { waitUntil } from '../../process/wait-until.ts';
import type { TaskContext } from '../../setup/task.ts';

const lookMs = 500;

/** @throws LabError with the node's own reason */
export async function nodeReady(
  kubeconfig: string,
  withinMs: number,
  { signal, note }: TaskContext,
): Promise<void> {
  const { core } = openCluster(kubeconfig);
  const look = async (): Promise<Unready | undefined> => {
    const { items } = await core.listNode();
    const [first] = items.flatMap(({ metadata, status }) => {
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      return ready?.status === 'True'
        ? []
        : [{ name: metadata?.name ?? '', why: ready?.message ?? 'it says nothing' }];
    });
    return items.length === 0 ? { name: 'of the cluster', why: 'there is none' } : first;
  };
  await waitUntil(look, {
    withinMs,
    pollMs: lookMs,
    signal,
    onWait: ({ why }) => note(why),
    tooLate: ({ name, why }) =>
      new LabError(
        'NODE_NOT_READY',
        `The node ${name} is not ready after ${Math.round(withinMs / 1000)} s: ${why}`,
        {
          hint: `kubectl describe node; npm run doctor; then run the same command again`,
        },
      ),
  });
}

interface Unready {
  readonly name: string;
  /** In its own words. */
  readonly why: string;
}
