import { afterEach, describe, expect, it } from 'vitest';
import { pods } from '../../../sandbox/kube/resources.ts';
import { settled } from '../../support/manual-clock.ts';
import { closeFixture, condition, container, openFixture, type Fixture } from './fixture.ts';

let at: Fixture;
const open = (): Fixture => (at = openFixture());
afterEach(() => closeFixture(at));

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
    expect(condition(at, 'Ready'), 'before it runs').toBe('False');
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

it('writes that the store refuses are tried again', async () => {
  open();
  const { cluster } = at;
  cluster.full = true;
  at.add({});
  await settled();
  expect(at.log[0]).toBe('status of pod shop/web: Error: no space left on device');
  cluster.full = false;
  await at.clock.advance(5_000);
  expect(condition(at, 'Ready')).toBe('True');
  cluster.delete(pods, 'shop', 'web');
  cluster.full = true;
  await settled();
  expect(at.log.at(-1)).toBe('removal of pod shop/web: Error: no space left on device');
  cluster.full = false;
  await at.clock.advance(5_000);
  expect(cluster.get(pods, 'shop', 'web')).toBeUndefined();
  at.log.length = 0;
});
