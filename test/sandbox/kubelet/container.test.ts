import { afterEach, describe, expect, it } from 'vitest';
import { configMaps, pods } from '../../../sandbox/kube/resources.ts';
import { settled } from '../../support/manual-clock.ts';
import { closeFixture, condition, container, openFixture, type Fixture } from './fixture.ts';

let at: Fixture;
const open = (): Fixture => (at = openFixture());
afterEach(() => closeFixture(at));

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
    expect(condition(at, 'Ready')).toBe('False');
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
    expect(at.events.find(({ reason }) => reason === 'BackOff')?.message).toBe(
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
    expect(condition(at, 'Ready')).toBe('True');
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
    expect(condition(at, 'Ready')).toBe('True');
  });
});

describe('a changed image', () => {
  const change = (image: string): void => {
    const pod = at.pod();
    const containers = [container('a', image)];
    at.cluster.update(pods, { ...pod, spec: { ...pod.spec, containers } });
  };

  it('restarts the container', async () => {
    open().add({ containers: [container('a', 'web:1')], restartPolicy: 'Never' });
    await settled();
    change('web:2');
    await at.clock.advance(0);
    expect(at.started.map(({ image }) => image)).toEqual(['web:1', 'web:2']);
    expect(at.pod().status?.containerStatuses?.[0]).toMatchObject({ restartCount: 1, ready: true });
    expect(at.events.find(({ reason }) => reason === 'Killing')?.message).toBe(
      'Container a definition changed, will be restarted',
    );
  });

  it('that can be pulled ends the waiting for one that cannot', async () => {
    open().add({ containers: [container('a', 'nginx:1')] });
    await at.clock.advance(5_000);
    change('web:1');
    await at.clock.advance(0);
    expect(condition(at, 'Ready')).toBe('True');
  });
});

it('a readiness gate keeps a pod unready until somebody opens it', async () => {
  open().add({ readinessGates: [{ conditionType: 'example.com/open' }] });
  await settled();
  expect(condition(at, 'ContainersReady')).toBe('True');
  expect(condition(at, 'Ready')).toBe('False');
  const pod = at.pod();
  const conditions = [...(pod.status?.conditions ?? []), { type: 'example.com/open', status: 'True' }];
  at.cluster.updateStatus(pods, { ...pod, status: { ...pod.status, conditions } });
  await settled();
  expect(condition(at, 'Ready')).toBe('True');
});
