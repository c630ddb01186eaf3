import { afterEach, describe, expect, it } from 'vitest';
import { configMaps, pods } from '../../../sandbox/kube/resources.ts';
import { settled } from '../../support/manual-clock.ts';
import { container, openFixture, type Fixture } from './fixture.ts';

let at: Fixture;
const open = (): Fixture => (at = openFixture());

afterEach(async () => {
  await at.kubelet.close();
  await settled();
  expect(at.network.openEnds, 'connections left open').toBe(0);
});

const condition = (type: string, name?: string): string | undefined =>
  at.pod(name).status?.conditions?.find((other) => other.type === type)?.status;

describe('a pod', () => {
  it('is Running and Ready at once, with everything a kubelet reports', async () => {
    open().add({});
    await settled();
    expect(at.pod().status).toEqual({
      phase: 'Running',
      conditions: [
        'PodReadyToStartContainers',
        'Initialized',
        'Ready',
        'ContainersReady',
        'PodScheduled',
      ].map((type) => ({ type, status: 'True', lastTransitionTime: '2025-04-01T10:00:00Z' })),
      hostIP: '172.18.0.2',
      hostIPs: [{ ip: '172.18.0.2' }],
      podIP: '10.10.0.2',
      podIPs: [{ ip: '10.10.0.2' }],
      startTime: '2025-04-01T10:00:00Z',
      qosClass: 'BestEffort',
      containerStatuses: [
        {
          name: 'web',
          image: 'docker.io/library/web:1',
          imageID: expect.stringMatching(/^docker\.io\/library\/web@sha256:[0-9a-f]{64}$/),
          containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/),
          ready: true,
          started: true,
          restartCount: 0,
          state: { running: { startedAt: '2025-04-01T10:00:00Z' } },
          lastState: {},
        },
      ],
    });
    expect(at.events.map(({ reason, message, fieldPath }) => [reason, message, fieldPath])).toEqual([
      ['Pulled', 'Container image "web:1" already present on machine', 'spec.containers{web}'],
      ['Created', 'Created container: web', 'spec.containers{web}'],
      ['Started', 'Started container web', 'spec.containers{web}'],
    ]);
  });

  it('of another node is left alone', async () => {
    open().add({ nodeName: 'other' });
    await settled();
    expect(at.started).toEqual([]);
    expect(at.pod().status).toBeUndefined();
  });

  it('runs its init containers one after the other, then the others', async () => {
    open().add({
      initContainers: [
        container('one', 'exits:1', { env: [{ name: 'RUNS_MS', value: '1000' }] }),
        container('two', 'exits:1'),
      ],
      containers: [container('web', 'web:1'), container('proxy', 'stubborn:1')],
    });
    await settled();
    expect(at.started.map((context) => context.container)).toEqual(['one']);
    expect(at.pod().status).toMatchObject({
      phase: 'Pending',
      initContainerStatuses: [
        { state: { running: {} } },
        { state: { waiting: { reason: 'PodInitializing' } } },
      ],
      containerStatuses: [
        { state: { waiting: { reason: 'PodInitializing' } } },
        { state: { waiting: { reason: 'PodInitializing' } } },
      ],
    });
    expect(at.pod().status?.conditions?.find(({ type }) => type === 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [one two]',
    });
    await at.clock.advance(1_000);
    expect(at.started.map((context) => context.container)).toEqual(['one', 'two', 'web', 'proxy']);
    expect(at.pod().status).toMatchObject({
      phase: 'Running',
      initContainerStatuses: [
        { ready: true, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
        { ready: true, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
      ],
    });
  });

  it('keeps a native sidecar running beside its containers', async () => {
    open().add({
      initContainers: [container('proxy', 'stubborn:1', { restartPolicy: 'Always' })],
      containers: [container('job', 'exits:1')],
      restartPolicy: 'Never',
    });
    await settled();
    expect(at.started.map((context) => context.container)).toEqual(['proxy', 'job']);
    await at.clock.advance(0);
    expect(at.pod().status?.phase).toBe('Succeeded');
  });

  it.each([
    ['Never', '0', 'Succeeded', 'Completed'],
    ['Never', '3', 'Failed', 'Error'],
    ['OnFailure', '0', 'Succeeded', 'Completed'],
  ] as const)('with restartPolicy %s and exit code %s is %s', async (restartPolicy, value, phase, reason) => {
    open().add({
      restartPolicy,
      containers: [container('a', 'exits:1', { env: [{ name: 'EXIT_CODE', value }] })],
    });
    await at.clock.advance(0);
    expect(at.pod().status).toMatchObject({
      phase,
      containerStatuses: [{ restartCount: 0, state: { terminated: { exitCode: Number(value), reason } } }],
    });
    expect(at.network.pod('10.10.0.2')).toBeUndefined();
  });
});

describe('an image', () => {
  it('that the sandbox does not have is named, with what it has and where it would run', async () => {
    open().add({ containers: [container('a', 'nginx:1.27')] });
    await settled();
    const waiting = (): unknown => at.pod().status?.containerStatuses?.[0]?.state?.waiting;
    expect(waiting()).toEqual({
      reason: 'ErrImagePull',
      message:
        'failed to pull and unpack image "docker.io/library/nginx:1.27": the sandbox has no such image. ' +
        'It has broken, exits, stubborn, web; a cluster started with --engine kind pulls any image',
    });
    expect(at.reasons()).toEqual(['Pulling', 'Failed', 'Failed']);
    await at.clock.advance(1_000);
    expect(waiting()).toMatchObject({
      reason: 'ImagePullBackOff',
      message: expect.stringMatching(/^Back-off pulling image "nginx:1.27": ErrImagePull: .*--engine kind/),
    });
    expect(at.pod().status?.phase).toBe('Pending');
    await at.clock.advance(10_000);
    expect(waiting()).toMatchObject({ reason: 'ErrImagePull' });
  });

  it.each([
    ['web', ['Pulling', 'Pulled', 'Created', 'Started']],
    ['web:latest', ['Pulling', 'Pulled', 'Created', 'Started']],
    ['web:1', ['Pulled', 'Created', 'Started']],
  ])('%s is pulled as its tag says', async (image, reasons) => {
    open().add({ containers: [container('a', image)] });
    await settled();
    expect(at.reasons()).toEqual(reasons);
  });
});

describe('a container that ends', () => {
  it('is started again at once, then after 10 s, 20 s, 40 s', async () => {
    open().add({ containers: [container('a', 'exits:1', { env: [{ name: 'EXIT_CODE', value: '1' }] })] });
    const status = (): unknown => at.pod().status?.containerStatuses?.[0];
    await at.clock.advance(0);
    expect(at.started).toHaveLength(2);
    expect(status()).toMatchObject({
      restartCount: 1,
      state: {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: 'back-off 10s restarting failed container=a pod=web_shop(uid-of-web)',
        },
      },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    });
    expect(at.pod().status?.phase).toBe('Running');
    expect(condition('Ready')).toBe('False');
    for (const [ms, runs] of [
      [9_999, 2],
      [1, 3],
      [19_999, 3],
      [1, 4],
      [40_000, 5],
    ] as const) {
      await at.clock.advance(ms);
      expect(at.started).toHaveLength(runs);
    }
    expect(status()).toMatchObject({
      restartCount: 4,
      state: { waiting: { message: expect.stringContaining('1m20s') } },
    });
    expect(at.events.filter(({ reason }) => reason === 'BackOff')[0]?.message).toBe(
      'Back-off restarting failed container a in pod web_shop(uid-of-web)',
    );
  });

  it('because it cannot start says why', async () => {
    open().add({ containers: [container('a', 'broken:1')], restartPolicy: 'Never' });
    await settled();
    expect(at.pod().status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      message: 'no such entrypoint',
    });
  });

  it('for lack of a ConfigMap waits for it', async () => {
    const env = [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'settings', key: 'x' } } }];
    open().add({ containers: [container('a', 'web:1', { env })] });
    await settled();
    expect(at.pod().status?.containerStatuses?.[0]?.state?.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'configmap "settings" not found',
    });
    at.cluster.create(configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'shop' },
      data: { x: 'found' },
    });
    await at.clock.advance(2_000);
    expect(at.started[0]?.env['X']).toBe('found');
    expect(condition('Ready')).toBe('True');
  });

  it('for lack of a volume waits for it', async () => {
    open().add({ volumes: [{ name: 'v', configMap: { name: 'settings' } }] });
    await settled();
    expect(at.pod().status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('ContainerCreating');
    expect(at.events[0]).toMatchObject({
      reason: 'FailedMount',
      message: 'MountVolume.SetUp failed for volume "v" : configmap "settings" not found',
    });
    const metadata = { name: 'settings', namespace: 'shop' };
    at.cluster.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
    await at.clock.advance(2_000);
    expect(condition('Ready')).toBe('True');
  });
});

describe('probes', () => {
  const http = { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 5 };

  it('make a pod ready with the first answer', async () => {
    open().add({ containers: [container('a', 'web:1', { readinessProbe: http })] });
    await settled();
    await settled();
    expect(condition('Ready')).toBe('True');
    expect(at.clock.now()).toBe(Date.UTC(2025, 3, 1, 10));
  });

  it('ask a container that just started again within milliseconds', async () => {
    open().web.status = 503;
    at.add({ containers: [container('a', 'web:1', { readinessProbe: http })] });
    await at.clock.advance(20);
    expect(condition('Ready')).toBe('False');
    at.web.status = 200;
    await at.clock.advance(40);
    expect(condition('Ready')).toBe('True');
    expect(at.reasons()).not.toContain('Unhealthy');
  });

  it('take a pod out after failureThreshold failures and say why', async () => {
    open().add({ containers: [container('a', 'web:1', { readinessProbe: http })] });
    await at.clock.advance(1);
    at.web.status = 500;
    await at.clock.advance(14_000);
    expect(condition('Ready')).toBe('True');
    await at.clock.advance(2_000);
    expect(condition('Ready')).toBe('False');
    expect(at.pod().status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [a]',
    });
    expect(at.events.findLast(({ reason }) => reason === 'Unhealthy')).toMatchObject({
      type: 'Warning',
      message: 'Readiness probe failed: HTTP probe failed with statuscode: 500',
    });
    at.web.status = 200;
    await at.clock.advance(5_000);
    expect(condition('Ready')).toBe('True');
  });

  it('restart a container that is not alive', async () => {
    open().add({
      containers: [container('a', 'web:1', { livenessProbe: { ...http, failureThreshold: 2 } })],
    });
    await at.clock.advance(1);
    at.web.status = 500;
    await at.clock.advance(10_000);
    expect(at.pod().status?.containerStatuses?.[0]).toMatchObject({ restartCount: 1 });
    expect(at.events.find(({ reason }) => reason === 'Killing')?.message).toBe(
      'Container a failed liveness probe, will be restarted',
    );
  });

  it('wait for the startup probe', async () => {
    const startupProbe = { tcpSocket: { port: 9090 }, periodSeconds: 1, failureThreshold: 60 };
    open().add({ containers: [container('a', 'web:1', { startupProbe, readinessProbe: http })] });
    await at.clock.advance(3_000);
    expect(at.pod().status?.containerStatuses?.[0]).toMatchObject({ started: false, ready: false });
    expect(at.events.find(({ reason }) => reason === 'Unhealthy')?.message).toBe(
      'Startup probe failed: dial tcp 10.10.0.2:9090: connect: connection refused',
    );
    const listener = at.started[0]?.network.listen(9090, (socket) => socket.destroy());
    await at.clock.advance(1_000);
    expect(at.pod().status?.containerStatuses?.[0]).toMatchObject({ started: true, ready: true });
    listener?.close();
  });

  it.each([
    [
      { httpGet: { port: 9999 } },
      'Get "http://10.10.0.2:9999/": dial tcp 10.10.0.2:9999: connect: connection refused',
    ],
    [{ grpc: { port: 8080 } }, 'the sandbox has no gRPC probes; a cluster started with --engine kind has'],
    [{ exec: { command: ['cat', '/nowhere'] } }, 'cat: /nowhere: No such file or directory\n'],
  ])('%j fails with its reason', async (probe, why) => {
    open().add({ containers: [container('a', 'web:1', { readinessProbe: { ...probe, periodSeconds: 1 } })] });
    await at.clock.advance(1_500);
    expect(at.events.find(({ reason }) => reason === 'Unhealthy')?.message).toBe(
      `Readiness probe failed: ${why}`,
    );
  });
});

describe('deletion', () => {
  it('stops the containers, then removes the pod', async () => {
    open().add({});
    await settled();
    at.cluster.delete(pods, 'shop', 'web');
    await settled();
    expect(at.cluster.get(pods, 'shop', 'web')).toBeUndefined();
    expect(at.events.at(-1)).toMatchObject({ reason: 'Killing', message: 'Stopping container web' });
    expect(at.network.pod('10.10.0.2')).toBeUndefined();
    expect(at.clock.pending).toBe(0);
  });

  it('kills what does not listen when the grace period is over', async () => {
    open().add({ containers: [container('a', 'stubborn:1')], terminationGracePeriodSeconds: 5 });
    await settled();
    at.cluster.delete(pods, 'shop', 'web');
    await at.clock.advance(4_999);
    expect(at.pod().metadata.deletionTimestamp).toBeDefined();
    await at.clock.advance(1);
    expect(at.cluster.get(pods, 'shop', 'web')).toBeUndefined();
    expect(at.clock.pending).toBe(0);
  });

  it('by force ends it at once', async () => {
    open().add({ containers: [container('a', 'stubborn:1')] });
    await settled();
    at.cluster.delete(pods, 'shop', 'web', { gracePeriodSeconds: 0 });
    await settled();
    expect(at.network.pod('10.10.0.2')).toBeUndefined();
    expect(at.clock.pending).toBe(0);
  });

  it('of a pod that never started is quick', async () => {
    open().add({ containers: [container('a', 'nginx:1')] });
    await settled();
    at.cluster.delete(pods, 'shop', 'web');
    await settled();
    expect(at.cluster.get(pods, 'shop', 'web')).toBeUndefined();
    expect(at.clock.pending).toBe(0);
  });
});

describe('a new process', () => {
  it('finds the pods and runs them again under the same name, uid and address', async () => {
    open().add({}, 'other');
    at.add({});
    await settled();
    await at.kubelet.close();
    const again = at.restart();
    await settled();
    expect(at.pod()).toMatchObject({
      metadata: { uid: 'uid-of-web' },
      status: {
        phase: 'Running',
        podIP: '10.10.0.3',
        containerStatuses: [
          { restartCount: 1, ready: true, lastState: { terminated: { exitCode: 255, reason: 'Unknown' } } },
        ],
      },
    });
    await again.close();
  });

  it('finishes deletions that were under way', async () => {
    open().add({ containers: [container('a', 'stubborn:1')] });
    await settled();
    at.cluster.delete(pods, 'shop', 'web');
    await at.kubelet.close();
    const again = at.restart();
    await settled();
    expect(at.cluster.get(pods, 'shop', 'web')).toBeUndefined();
    await again.close();
  });

  it('leaves pods alone that are over', async () => {
    open().add({ restartPolicy: 'Never', containers: [container('a', 'exits:1')] });
    await at.clock.advance(0);
    await at.kubelet.close();
    const again = at.restart();
    await at.clock.advance(0);
    expect(at.started).toHaveLength(1);
    await again.close();
  });
});

it('closing leaves no timer and writes nothing', async () => {
  open().add({
    containers: [
      container('a', 'web:1', { livenessProbe: { tcpSocket: { port: 8080 } } }),
      container('b', 'nginx:1'),
      container('c', 'exits:1', { env: [{ name: 'EXIT_CODE', value: '1' }] }),
    ],
  });
  await at.clock.advance(100);
  await settled();
  const { revision } = at.cluster;
  await at.kubelet.close();
  await settled();
  expect(at.clock.pending).toBe(0);
  expect(at.cluster.revision).toBe(revision);
});
