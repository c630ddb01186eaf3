import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../../sandbox/kube/resources.ts';
import { podSummary } from '../../../../sandbox/schema/table/pod.ts';
import { objectOf, typeOf, versionOf } from '../subjects.ts';

type Status = Record<string, unknown>;

const waiting = (reason: string): Status => ({ state: { waiting: { reason } } });
const ended = (end: Status): Status => ({ state: { terminated: { exitCode: 0, ...end } } });
const running = { state: { running: {} }, ready: true, started: true };

function podOf(spec: Status, status: Status, metadata: Status = {}): Pod {
  return objectOf('Pod', {
    metadata,
    spec: { containers: [{ name: 'app' }], ...spec },
    status,
  });
}

const containers = (...statuses: Status[]): Status => ({
  phase: 'Running',
  containerStatuses: statuses.map((status, index) =>
    Object.assign({ name: `app${index}`, ready: false, restartCount: 0 }, status),
  ),
});

const initialized = { conditions: [{ type: 'Initialized', status: 'True' }] };
const init = (restartPolicy?: string): Status => ({ initContainers: [{ name: 'init0', restartPolicy }] });
const inits = (status: Status, rest: Status = {}): Status => ({
  phase: 'Pending',
  initContainerStatuses: [{ name: 'init0', ready: false, restartCount: 0, ...status }],
  ...rest,
});

describe('the STATUS of a pod', () => {
  it.each<[string, Pod]>([
    ['Pending', podOf({}, { phase: 'Pending' })],
    [
      'SchedulingGated',
      podOf(
        {},
        {
          phase: 'Pending',
          conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
        },
      ),
    ],
    ['Evicted', podOf({}, { phase: 'Failed', reason: 'Evicted' })],
    ['ContainerCreating', podOf({}, containers(waiting('ContainerCreating')))],
    ['ErrImagePull', podOf({}, containers(waiting('ErrImagePull')))],
    ['ImagePullBackOff', podOf({}, containers(running, waiting('ImagePullBackOff')))],
    ['CrashLoopBackOff', podOf({}, containers(waiting('CrashLoopBackOff'), running))],
    ['Running', podOf({}, containers(running))],
    ['Completed', podOf({}, { ...containers(ended({ reason: 'Completed' })), phase: 'Succeeded' })],
    ['Error', podOf({}, containers(ended({ reason: 'Error', exitCode: 1 })))],
    ['ExitCode:3', podOf({}, containers(ended({ exitCode: 3 })))],
    ['Signal:9', podOf({}, containers(ended({ exitCode: 137, signal: 9 })))],
    ['NotReady', podOf({}, containers(running, ended({ reason: 'Completed' })))],
    [
      'Running',
      podOf(
        {},
        {
          ...containers(running, ended({ reason: 'Completed' })),
          conditions: [{ type: 'Ready', status: 'True' }],
        },
      ),
    ],
    ['Init:0/1', podOf(init(), inits(waiting('PodInitializing')))],
    ['Init:ImagePullBackOff', podOf(init(), inits(waiting('ImagePullBackOff')))],
    ['Init:Error', podOf(init(), inits(ended({ reason: 'Error', exitCode: 1 })))],
    ['Init:ExitCode:2', podOf(init(), inits(ended({ exitCode: 2 })))],
    ['Init:Signal:9', podOf(init(), inits(ended({ exitCode: 137, signal: 9 })))],
    [
      'PodInitializing',
      podOf(init(), inits(ended({}), { ...containers(waiting('PodInitializing')), phase: 'Pending' })),
    ],
    ['Init:0/1', podOf(init('Always'), inits({ state: { running: {} }, started: false }))],
    ['Terminating', podOf({}, containers(running), { deletionTimestamp: '2026-01-01T00:00:00Z' })],
    [
      'Completed',
      podOf(
        {},
        { ...containers(ended({ reason: 'Completed' })), phase: 'Succeeded' },
        { deletionTimestamp: '2026-01-01T00:00:00Z' },
      ),
    ],
    [
      'Unknown',
      podOf({}, { phase: 'Running', reason: 'NodeLost' }, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    ],
  ])('is %s', (status, pod) => {
    expect(podSummary(pod).status).toBe(status);
  });

  it('counts a sidecar among the containers, and its restarts among theirs', () => {
    const status = {
      ...inits({ ...running, restartCount: 1 }, initialized),
      ...containers({ ...running, restartCount: 2 }),
      ...initialized,
    };
    expect(podSummary(podOf(init('Always'), status))).toMatchObject({ ready: 2, total: 2, restarts: 3 });
  });
});

describe('the row of a pod', () => {
  const now = Date.parse('2026-01-01T01:00:00Z');
  const version = versionOf(typeOf('Pod'));
  const pod = objectOf('Pod', {
    metadata: { name: 'web-1' },
    spec: {
      nodeName: 'sandbox',
      containers: [{ name: 'app' }, { name: 'istio-proxy' }],
      readinessGates: [{ conditionType: 'a' }, { conditionType: 'b' }],
    },
    status: {
      ...containers(
        {
          ...running,
          restartCount: 2,
          lastState: { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:55:00Z' } },
        },
        running,
      ),
      podIPs: [{ ip: '10.244.0.7' }],
      conditions: [{ type: 'a', status: 'True' }],
    },
  });

  it('has the columns of kubectl get pods -o wide', () => {
    expect(version.columns.map(({ name, priority }) => (priority === 0 ? name : `${name} (wide)`))).toEqual([
      'Name',
      'Ready',
      'Status',
      'Restarts',
      'Age',
      'IP (wide)',
      'Node (wide)',
      'Nominated Node (wide)',
      'Readiness Gates (wide)',
    ]);
  });

  it('says when it was restarted last', () => {
    expect(version.row(pod, now)).toEqual([
      'web-1',
      '2/2',
      'Running',
      '2 (5m ago)',
      '60m',
      '10.244.0.7',
      'sandbox',
      '<none>',
      '1/2',
    ]);
  });
});
