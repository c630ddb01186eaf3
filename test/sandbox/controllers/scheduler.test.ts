import { afterEach, describe, expect, it } from 'vitest';
import type { NodeSpec, PodSpec } from 'kubernetes-types/core/v1.js';
import { ensureNode, nodeName } from '../../../sandbox/controllers/node.ts';
import { startScheduler } from '../../../sandbox/controllers/scheduler.ts';
import { type Pod, nodes, pods } from '../../../sandbox/kube/resources.ts';
import { pod } from './manifests.ts';
import { World } from './world.ts';

const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
});

function openWorld(spec: NodeSpec = {}): World {
  const world = new World(startScheduler);
  worlds.push(world);
  ensureNode(world.cluster, world.clock);
  changeNode(world, spec);
  return world;
}

function changeNode(world: World, spec: NodeSpec): void {
  const node = world.cluster.get(nodes, '', nodeName);
  if (node !== undefined) world.cluster.update(nodes, { ...node, spec: { ...node.spec, ...spec } });
}

async function scheduled(world: World, spec: Partial<PodSpec>): Promise<Pod | undefined> {
  world.cluster.create(pods, pod('web', {}, spec));
  await world.settle();
  return world.cluster.get(pods, 'shop', 'web');
}

const refusal = (reason: string): string =>
  `0/1 nodes are available: 1 ${reason}. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.`;

const arch = (operator: 'In' | 'NotIn', ...values: string[]): Partial<PodSpec> => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/arch', operator, values }] }],
      },
    },
  },
});

describe('a pod is bound to the node', () => {
  it.each<[string, Partial<PodSpec>, NodeSpec]>([
    ['when it asks for nothing', {}, {}],
    ['that has the labels it selects', { nodeSelector: { 'kubernetes.io/os': 'linux' } }, {}],
    ['that meets its affinity', arch('In', 'amd64', 'arm64'), {}],
    [
      'whose taint it tolerates',
      { tolerations: [{ key: 'gpu', operator: 'Exists' }] },
      { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] },
    ],
    ['whose taint only asks for others first', {}, { taints: [{ key: 'gpu', effect: 'PreferNoSchedule' }] }],
  ])('%s', async (_, spec, node) => {
    const world = openWorld(node);
    const bound = await scheduled(world, spec);
    expect(bound?.spec?.nodeName).toBe(nodeName);
    expect(bound?.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'PodScheduled', status: 'True' }),
    );
    expect(world.messages('Scheduled')).toEqual([`Successfully assigned shop/web to ${nodeName}`]);
  });
});

describe('a pod stays Pending', () => {
  it.each<[string, Partial<PodSpec>, NodeSpec, string]>([
    [
      'no node has the labels it selects',
      { nodeSelector: { disk: 'ssd' } },
      {},
      "node(s) didn't match Pod's node affinity/selector",
    ],
    [
      'no node meets its affinity',
      arch('NotIn', 'amd64'),
      {},
      "node(s) didn't match Pod's node affinity/selector",
    ],
    ['the node is cordoned', {}, { unschedulable: true }, 'node(s) were unschedulable'],
    [
      'it does not tolerate a taint',
      {},
      { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] },
      'node(s) had untolerated taint {gpu: yes}',
    ],
  ])('when %s', async (_, spec, node, reason) => {
    const world = openWorld(node);
    const pending = await scheduled(world, spec);
    expect(pending?.spec?.nodeName).toBeUndefined();
    expect(pending?.status?.phase).toBe('Pending');
    expect(pending?.status?.conditions).toEqual([
      expect.objectContaining({
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: refusal(reason),
      }),
    ]);
    expect(world.messages('FailedScheduling')).toEqual([refusal(reason)]);
  });

  it('until the node changes', async () => {
    const world = openWorld({ unschedulable: true });
    await scheduled(world, {});
    changeNode(world, { unschedulable: false });
    await world.settle();
    expect(world.cluster.get(pods, 'shop', 'web')?.spec?.nodeName).toBe(nodeName);
  });

  it('while it has scheduling gates', async () => {
    const world = openWorld();
    const pending = await scheduled(world, { schedulingGates: [{ name: 'example.com/wait' }] });
    expect(pending?.spec?.nodeName).toBeUndefined();
    expect(pending?.status?.conditions).toEqual([
      expect.objectContaining({ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }),
    ]);
  });

  it('when another scheduler is to care for it', async () => {
    const world = openWorld();
    const pending = await scheduled(world, { schedulerName: 'mine' });
    expect(pending?.spec?.nodeName).toBeUndefined();
    expect(world.messages('FailedScheduling')).toEqual([]);
  });
});
