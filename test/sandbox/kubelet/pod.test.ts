import { afterEach, describe, expect, it } from 'vitest';
import { settled } from '../../support/manual-clock.ts';
import { closeFixture, container, openFixture, type Fixture } from './fixture.ts';

let at: Fixture;
const open = (): Fixture => (at = openFixture());
afterEach(() => closeFixture(at));

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
        'It has broken, exits, stubborn, tools, web; a cluster started with --engine kind pulls any image',
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
