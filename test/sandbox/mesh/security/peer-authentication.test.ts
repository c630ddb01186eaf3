import { describe, expect, it } from 'vitest';
import { settled } from '../../../support/manual-clock.ts';
import { MeshWorld, type MeshPod } from '../../proxy/support/mesh-world.ts';

// Over the pod network, through the proxies: facts §7.1 and §4.4.

interface Pods {
  readonly world: MeshWorld;
  readonly client: MeshPod;
  readonly server: MeshPod;
  readonly plain: MeshPod;
}

async function start(policies = ''): Promise<Pods & AsyncDisposable> {
  const world = new MeshWorld();
  const server = await world.pod('web');
  const client = await world.pod('webapp');
  const plain = await world.pod('plain', { proxy: 'none' });
  world.apply(policies);
  return { world, client, server, plain, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

const policy = (mode: string, more = '', metadata = 'name: default'): string => `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { ${metadata} }
spec: { mtls: { mode: ${mode} }${more === '' ? '' : `, ${more}`} }
`;

const rule = (mode: string, host = 'web'): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ${host} }
spec: { host: ${host}, trafficPolicy: { tls: { mode: ${mode} } } }
`;

/** How the server takes a client with a proxy of its own, and one without. */
async function taken({ world, client, server, plain }: Pods): Promise<string> {
  const before = server.seen.length;
  const fromMesh = (await world.ask(client, server)).status;
  const mutual = server.seen[before]?.['x-forwarded-client-cert'] !== undefined;
  const to = { ip: server.network.ip, port: 3000 };
  const fromPlain = await world.ask(plain, server, { to }).then(
    ({ status }) => String(status),
    (error: unknown) => (error as { code: string }).code,
  );
  return `${fromMesh} ${mutual ? 'mutual' : 'plain'}, ${fromPlain}`;
}

const both = '200 mutual, 200';
const strict = '200 mutual, ECONNRESET';
const never = '200 plain, 200';

describe('which policy counts (facts §7.1)', () => {
  const selecting = 'selector: { matchLabels: { app: web } }';
  it.each([
    ['none: PERMISSIVE', '', both],
    ['the namespace’s', policy('STRICT'), strict],
    ['the root namespace’s', policy('STRICT', '', 'name: mesh, namespace: istio-system'), strict],
    ['another namespace’s does not', policy('STRICT', '', 'name: default, namespace: other'), both],
    [
      'the namespace’s before the root namespace’s',
      `${policy('STRICT', '', 'name: mesh, namespace: istio-system')}---${policy('PERMISSIVE')}`,
      both,
    ],
    [
      'the workload’s before the namespace’s',
      `${policy('STRICT')}---${policy('DISABLE', selecting, 'name: web')}`,
      never,
    ],
    [
      'UNSET is what the next wider one says',
      `${policy('STRICT')}---${policy('UNSET', selecting, 'name: web')}`,
      strict,
    ],
    ['UNSET alone: PERMISSIVE', policy('UNSET'), both],
    [
      'one that selects other workloads does not',
      policy('STRICT', 'selector: { matchLabels: { app: other } }', 'name: other'),
      both,
    ],
    [
      'one that selects workloads from the root namespace does not',
      policy('STRICT', selecting, 'name: web, namespace: istio-system'),
      both,
    ],
    [
      'the oldest of a scope',
      `${policy('PERMISSIVE', '', "name: a, creationTimestamp: '2025-04-01T10:00:01Z'")}---${policy('STRICT', '', "name: z, creationTimestamp: '2025-04-01T10:00:00Z'")}`,
      strict,
    ],
    [
      'a port’s over all, by the workload’s number of it',
      policy('PERMISSIVE', `${selecting}, portLevelMtls: { 3000: { mode: STRICT } }`, 'name: web'),
      strict,
    ],
    [
      'not by the service’s number',
      policy('PERMISSIVE', `${selecting}, portLevelMtls: { 80: { mode: STRICT } }`, 'name: web'),
      both,
    ],
    [
      'a port’s UNSET is the workload’s mode',
      policy('STRICT', `${selecting}, portLevelMtls: { 3000: { mode: UNSET } }`, 'name: web'),
      strict,
    ],
    [
      'a port’s DISABLE in a STRICT workload',
      policy('STRICT', `${selecting}, portLevelMtls: { 3000: { mode: DISABLE } }`, 'name: web'),
      never,
    ],
  ])('%s', async (_, policies, expected) => {
    await using pods = await start(policies);
    expect(await taken(pods)).toBe(expected);
  });

  it('is followed when policies change and go', async () => {
    await using pods = await start();
    const seen = [await taken(pods)];
    for (const mode of ['STRICT', 'DISABLE', 'PERMISSIVE', 'STRICT']) {
      pods.world.apply(policy(mode));
      seen.push(await taken(pods));
    }
    pods.world.apply(policy('STRICT'), true);
    expect([...seen, await taken(pods)]).toEqual([both, strict, never, both, strict, both]);
  });
});

describe('STRICT and plain text (facts §7.1)', () => {
  it('resets the connection, logs NR filter_chain_not_found, and counts nothing', async () => {
    await using pods = await start(policy('STRICT'));
    const { world, server, plain } = pods;
    const to = { ip: server.network.ip, port: 3000 };
    await expect(world.ask(plain, server, { to })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(server.seen).toEqual([]);
    expect(server.logs.at(-1)).toMatch(
      /"- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - [\d.]+:3000 [\d.]+:\d+ - -$/,
    );
    const metrics = await world.ask(plain, server, {
      to: { ip: server.network.ip, port: 15_020 },
      path: '/stats/prometheus',
    });
    expect(metrics.body).not.toMatch(/^istio_requests_total/m);
  });

  it('covers ports that no service declares, and TCP', async () => {
    await using pods = await start(policy('STRICT'));
    const { world, server, plain } = pods;
    server.network.listen(5000, (socket) => socket.end('unreached'));
    for (const port of [5000, 9000]) {
      const socket = await plain.network.connect({ ip: server.network.ip, port });
      const failed = new Promise((resolve) => socket.once('error', resolve));
      socket.resume();
      expect(await failed).toMatchObject({ code: 'ECONNRESET' });
    }
    expect(world.network.openEnds).toBe(0);
  });

  it('holds for one undeclared port alone when only that one is told so', async () => {
    await using pods = await start(
      policy(
        'PERMISSIVE',
        'selector: { matchLabels: { app: web } }, portLevelMtls: { 5000: { mode: STRICT } }',
        'name: web',
      ),
    );
    const { world, server, plain } = pods;
    for (const port of [5000, 5001]) {
      server.network.listen(port, (socket) => socket.end('HTTP/1.0 204 No Content\r\n\r\n'));
    }
    const ip = server.network.ip;
    await expect(world.ask(plain, server, { to: { ip, port: 5000 } })).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    expect((await world.ask(plain, server, { to: { ip, port: 5001 } })).status).toBe(204);
  });

  it('leaves the agent’s probes alone (facts §7.1, §9)', async () => {
    await using pods = await start(policy('STRICT'));
    const { world, server, plain } = pods;
    const ip = server.network.ip;
    for (const [port, path] of [
      [15_021, '/healthz/ready'],
      [15_020, '/app-health/web/readyz'],
    ] as const) {
      expect((await world.ask(plain, server, { to: { ip, port }, path })).status).toBe(200);
    }
  });

  it('does not affect calls that come through a gateway', async () => {
    await using pods = await start(policy('STRICT'));
    const { world, server, plain } = pods;
    const gateway = await world.pod('ingress', { namespace: 'istio-system', proxy: 'router' });
    world.apply(`
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: gateway }
spec: { selector: { app: ingress }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: ['*'], gateways: [gateway], http: [{ route: [{ destination: { host: web } }] }] }
`);
    const to = { ip: gateway.network.ip, port: 8080 };
    expect((await world.ask(plain, gateway, { to })).status).toBe(200);
    expect(server.seen[0]?.['x-forwarded-client-cert']).toContain('/ns/istio-system/sa/ingress');
  });
});

describe('a DestinationRule’s tls.mode (facts §4.4)', () => {
  it('DISABLE speaks plain text: to a STRICT server that is 503 UC, 95 bytes', async () => {
    await using pods = await start(`${policy('PERMISSIVE')}---${rule('DISABLE')}`);
    expect(await taken(pods)).toBe('200 plain, 200');
    pods.world.apply(policy('STRICT'));
    const { client, server, world } = pods;
    const answer = await world.ask(client, server);
    expect(answer.status).toBe(503);
    expect(answer.body).toBe(
      'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
    );
    expect(answer.body).toHaveLength(95);
    expect(client.logs.at(-1)).toContain(
      ' 503 UC upstream_reset_before_response_started{connection_termination} ',
    );
  });

  it.each([
    ['a pod without a proxy', '', 'plain'],
    ['a server that is told DISABLE', policy('DISABLE'), 'web'],
  ])('ISTIO_MUTUAL to %s: 503 with Envoy’s words for TLS, URX,UF', async (_, policies, host) => {
    await using pods = await start(`${policies}---${rule('ISTIO_MUTUAL', host)}`);
    const { world, client, server, plain } = pods;
    const asked = world.ask(client, host === 'web' ? server : plain);
    for (let tries = 0; tries < 3; tries += 1) {
      await settled();
      await world.clock.advance(250);
    }
    const answer = await asked;
    expect(answer.status).toBe(503);
    expect(answer.body).toBe(
      'upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure, ' +
        'transport failure reason: TLS_error:|268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end',
    );
    expect(client.logs.at(-1)).toMatch(
      / 503 URX,UF upstream_reset_before_response_started\{remote_connection_failure/,
    );
  });

  it.each([
    ['of another name', 'other', 503],
    ['of the right name', 'web', 200],
  ])('ISTIO_MUTUAL with subjectAltNames %s: %i', async (_, account, status) => {
    const named = `{ mode: ISTIO_MUTUAL, subjectAltNames: [spiffe://cluster.local/ns/shop/sa/${account}] }`;
    await using pods = await start(rule('ISTIO_MUTUAL').replace('{ mode: ISTIO_MUTUAL }', named));
    const { world, client, server } = pods;
    const asked = world.ask(client, server);
    for (let tries = 0; tries < 3; tries += 1) {
      await settled();
      await world.clock.advance(250);
    }
    expect((await asked).status).toBe(status);
    const words =
      'TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end';
    expect(client.logs.some((line) => line.includes(words))).toBe(status === 503);
  });

  it('ISTIO_MUTUAL to a proxy that takes it is as without a rule', async () => {
    await using pods = await start(`${policy('STRICT')}---${rule('ISTIO_MUTUAL')}`);
    expect(await taken(pods)).toBe(strict);
  });
});
