import { afterEach, describe, expect, it } from 'vitest';
import { settled } from '../../support/manual-clock.ts';
import { closeFixture, condition, container, openFixture, type Fixture } from './fixture.ts';

let at: Fixture;
const open = (): Fixture => (at = openFixture());
afterEach(() => closeFixture(at));

describe('probes', () => {
  const http = { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 5 };

  it('make a pod ready with the first answer', async () => {
    open().add({ containers: [container('a', 'web:1', { readinessProbe: http })] });
    await settled();
    await settled();
    expect(condition(at, 'Ready')).toBe('True');
    expect(at.clock.now()).toBe(Date.UTC(2025, 3, 1, 10));
  });

  it('ask a container that just started again within milliseconds', async () => {
    open().web.status = 503;
    at.add({ containers: [container('a', 'web:1', { readinessProbe: http })] });
    await at.clock.advance(20);
    expect(condition(at, 'Ready')).toBe('False');
    at.web.status = 200;
    await at.clock.advance(40);
    expect(condition(at, 'Ready')).toBe('True');
    expect(at.reasons()).not.toContain('Unhealthy');
  });

  it('take a pod out after failureThreshold failures and say why', async () => {
    open().add({ containers: [container('a', 'web:1', { readinessProbe: http })] });
    await at.clock.advance(1);
    at.web.status = 500;
    await at.clock.advance(14_000);
    expect(condition(at, 'Ready')).toBe('True');
    await at.clock.advance(2_000);
    expect(condition(at, 'Ready')).toBe('False');
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
    expect(condition(at, 'Ready')).toBe('True');
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
