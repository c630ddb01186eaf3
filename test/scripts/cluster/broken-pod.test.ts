// Against answers of an API as a real one gives them: not every state can be brought about in the sandbox.

import { getEventListeners } from 'node:events';
import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { failOnBrokenPod, failWithPods, restartBrokenPods } from '../../../scripts/cluster/broken-pod.ts';
import type { ClusterClient } from '../../../scripts/cluster/client.ts';

const pod = (name: string, status: V1Pod['status'], deletionTimestamp?: Date): V1Pod => ({
  metadata: { name, namespace: 'shop', ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
  ...(status === undefined ? {} : { status }),
});

const waiting = (reason: string, message: string): V1Pod['status'] => ({
  containerStatuses: [
    {
      name: 'app',
      image: 'app',
      imageID: '',
      ready: false,
      restartCount: 1,
      state: { waiting: { reason, message } },
    },
  ],
});

const unscheduled = (message: string): V1Pod['status'] => ({
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
});

interface Stand {
  readonly cluster: ClusterClient;
  readonly deleted: readonly string[];
}

function stand(...items: readonly V1Pod[]): Stand {
  const deleted: string[] = [];
  const core = {
    listNamespacedPod: async () => ({ items }),
    listNamespacedEvent: async () => ({
      items: [
        { type: 'Normal', reason: 'Pulled', message: 'fine' },
        { type: 'Warning', reason: 'BackOff', message: 'Back-off restarting failed container' },
      ],
    }),
    readNamespacedPodLog: async () => 'Error: no such file\n',
    deleteNamespacedPod: async ({ name }: { name: string }) => void deleted.push(name),
  };
  return { cluster: { core } as unknown as ClusterClient, deleted };
}

const failing = async (...items: readonly V1Pod[]): Promise<unknown> =>
  failOnBrokenPod(stand(...items).cluster, 'shop').catch((error: unknown) => error);

describe('a pod that cannot start', () => {
  it('is told with its reason, its warnings, the last lines of what crashed, and the next command', async () => {
    expect(await failing(pod('cart-1', waiting('CrashLoopBackOff', 'back-off 10s')))).toMatchObject({
      message: 'Pod shop/cart-1 cannot start: CrashLoopBackOff back-off 10s',
      evidence: ['event BackOff: Back-off restarting failed container', 'log: Error: no such file'],
      hint: 'kubectl -n shop describe pod cart-1',
    });
  });

  it.each([
    [
      'its image does not come',
      waiting('ImagePullBackOff', 'Back-off pulling image "x"'),
      /ImagePullBackOff Back-off/,
    ],
    [
      'it needs more than the node has',
      unscheduled('0/1 nodes are available: 1 Insufficient memory.'),
      /Insufficient memory/,
    ],
    [
      'the disk of its node is full',
      unscheduled('1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }'),
      /disk-pressure/,
    ],
  ])('is told at once when %s', async (_, status, why) => {
    expect(await failing(pod('cart-1', status))).toMatchObject({
      message: expect.stringMatching(why) as string,
    });
  });

  it.each([
    [
      'it waits for a node that is not ready yet',
      pod('cart-1', unscheduled('1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }')),
    ],
    ['it is being created', pod('cart-1', waiting('ContainerCreating', ''))],
    ['it is on its way out', pod('cart-1', waiting('CrashLoopBackOff', ''), new Date(0))],
  ])('is not one of which more can come: %s', async (_, each) => {
    expect(await failing(each)).toBeUndefined();
  });

  it('is started again without its back-off, and the others are left alone', async () => {
    const { cluster, deleted } = stand(
      pod('cart-1', waiting('ImagePullBackOff', '')),
      pod('cart-2', waiting('ContainerCreating', '')),
    );
    await restartBrokenPods(cluster, 'shop');
    expect(deleted).toEqual(['cart-1']);
  });
});

describe('whoever waits with a look at the pods now and then', () => {
  it('ends with the first that cannot start', async () => {
    const { cluster } = stand(pod('web', waiting('ImagePullBackOff', 'no such image')));
    const { signal } = new AbortController();
    await expect(failWithPods(cluster, 'shop', signal)).rejects.toThrow('Pod shop/web cannot start');
  });

  it('leaves no listener at the signal for each look, and ends with it', async () => {
    const end = new AbortController();
    let looks = 0;
    let most = 0;
    const listNamespacedPod = async (): Promise<object> => {
      looks += 1;
      most = Math.max(most, getEventListeners(end.signal, 'abort').length);
      if (looks === 20) end.abort(new Error('enough'));
      return { items: [] };
    };
    const cluster = { core: { listNamespacedPod } } as unknown as ClusterClient;
    await expect(failWithPods(cluster, 'shop', end.signal, 1)).rejects.toThrow('aborted');
    expect([looks, most]).toEqual([20, 0]);
  });
});
