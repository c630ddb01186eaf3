// istiod as tools reach it: HTTP at 15014, xDS over gRPC at 15012 with TLS, and at 15010 without.

import { Agent, request } from 'node:http';
import { connect, type ClientHttp2Session } from 'node:http2';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldsOf } from '../../../sandbox/api/protobuf/wire.ts';
import { credentials } from '../../../sandbox/api/tls/certificates.ts';
import { seededRandom } from '../../../sandbox/clock/clock.ts';
import { istiodProgram } from '../../../sandbox/istiod/program.ts';
import { message, textField } from '../../../sandbox/istiod/xds/protobuf.ts';
import type { ContainerContext, RunningContainer } from '../../../sandbox/kubelet/program.ts';
import type { ConnectedProxy } from '../../../sandbox/mesh/discovery.ts';
import { createNetwork, type AttachedPod } from '../../../sandbox/network/create-network.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { completed, configOf, meshOf, service, sidecar } from '../mesh/support/mesh.ts';
import { Call, fields, frame, textsOf } from './support/xds-call.ts';

const clock = new ManualClock();
const cluster = 'type.googleapis.com/envoy.config.cluster.v3.Cluster';
const route = 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration';
const sentAt = clock.now();
const proxies: readonly ConnectedProxy[] = [
  {
    node: sidecar({ name: 'web', namespace: 'shop' }),
    types: [
      { typeUrl: route, sent: '3-4', acked: '2-3', sentAt, error: 'no such filter' },
      { typeUrl: cluster, sent: '1-1', acked: '1-1', sentAt, error: '' },
    ],
    config: configOf(meshOf(service('web')), sidecar({ name: 'web', namespace: 'shop' })),
  },
  { node: sidecar({ name: 'api', namespace: 'shop' }), types: [], config: undefined },
];
const rule = completed({
  apiVersion: 'networking.istio.io/v1',
  kind: 'Sidecar',
  metadata: { name: 'default', namespace: 'shop', uid: '', resourceVersion: '7', creationTimestamp: '' },
});

let pod: AttachedPod;
let running: RunningContainer;
const log: string[] = [];

beforeAll(async () => {
  const network = createNetwork({ clock, random: seededRandom(1) });
  pod = network.attach({ namespace: 'istio-system', name: 'istiod-1', serviceAccount: 'istiod' });
  const program = istiodProgram({
    proxies: () => proxies,
    configs: () => [{ ...rule, spec: {}, status: {} }],
    credentials: await credentials(undefined, clock),
  });
  const context = { pod: { name: 'istiod-1' }, network: pod, log: (line: string) => log.push(line) };
  running = await program(context as unknown as ContainerContext);
});

afterAll(() => {
  running.kill();
  pod.detach();
});

describe('over HTTP', () => {
  it.each([
    ['/ready', 200, ''],
    ['/version', 200, '1.25.1-sandbox-Clean'],
    ['/nowhere', 404, '404 page not found\n'],
    ['/debug/nowhere', 404, '404 page not found\n'],
    ['/debug/list', 200, '["config_dump","configz","connections","syncz"]'],
    ['/debug/config_dump', 400, 'You must provide a proxyID in the query string\n'],
    [
      '/debug/config_dump?proxyID=elsewhere',
      404,
      'Proxy not connected to this Pilot instance. It may be connected to another instance.\n',
    ],
    ['/debug/config_dump?proxyID=api.shop', 200, '{"configs":[]}'],
  ])('%s is %d', async (path, status, body) => {
    expect(await get(path)).toEqual({ status, body });
  });

  it('a path with two slashes leads to the one that is meant, as in Go', async () => {
    expect(await get('//version')).toMatchObject({ status: 301, location: '/version' });
  });

  it('syncz says what each proxy was sent, and has taken', async () => {
    const { body } = await get('/debug/syncz');
    expect(JSON.parse(body)).toEqual([
      expect.objectContaining({ proxy: 'api.shop', resources: {} }),
      {
        cluster_id: 'Kubernetes',
        proxy: 'web.shop',
        proxy_type: 'sidecar',
        istio_version: '1.25.1',
        cluster_sent: '1-1',
        cluster_acked: '1-1',
        route_sent: '3-4',
        route_acked: '2-3',
        resources: {
          [cluster]: { sent: '1-1', acked: '1-1', sentTime: '2025-04-01T10:00:00.000Z' },
          [route]: {
            sent: '3-4',
            acked: '2-3',
            sentTime: '2025-04-01T10:00:00.000Z',
            lastError: 'no such filter',
          },
        },
      },
    ]);
    expect(JSON.parse((await get('/debug/syncz?namespace=elsewhere')).body)).toEqual([]);
  });
});

describe('debug pages', () => {
  it('config_dump is what the proxy was sent', async () => {
    const { body } = await get('/debug/config_dump?proxyID=web.shop&include_eds');
    const { configs } = JSON.parse(body) as { configs: { '@type': string }[] };
    expect(configs.map((dump) => dump['@type'].split('.').at(-1))).toEqual([
      'BootstrapConfigDump',
      'ClustersConfigDump',
      'EcdsConfigDump',
      'EndpointsConfigDump',
      'ListenersConfigDump',
      'ScopedRoutesConfigDump',
      'RoutesConfigDump',
      'SecretsConfigDump',
    ]);
    expect(body).toContain('outbound|80||web.default.svc.cluster.local');
  });

  it("configz is Istio's resources without their statuses", async () => {
    expect(JSON.parse((await get('/debug/configz')).body)).toEqual([{ ...rule, spec: {} }]);
  });

  it('connections are the proxies', async () => {
    expect(JSON.parse((await get('/debug/connections')).body)).toEqual({
      totalClients: 2,
      clients: [
        { connectionId: 'web.shop', address: '10.244.0.99' },
        { connectionId: 'api.shop', address: '10.244.0.99' },
      ],
    });
  });
});

describe('over gRPC', () => {
  let session: ClientHttp2Session;

  beforeAll(async () => {
    const socket = await pod.connect({ ip: '127.0.0.1', port: 15_012 });
    const secure = connectTls({ socket, ALPNProtocols: ['h2'], rejectUnauthorized: false });
    session = connect('https://istiod', { createConnection: () => secure });
  });

  afterAll(() => session.destroy());

  const call = (headers: Record<string, string> = {}): Call =>
    new Call(session, { authorization: 'Bearer of-an-account', ...headers });

  it('syncz has a ClientConfig for each proxy, and is sent once', async () => {
    const stream = call();
    // The first nonce of istioctl is the time, and means nothing.
    stream.ask('istio.io/debug/syncz', '2025-04-01');
    const response = fields(await stream.message());
    stream.ask('istio.io/debug/syncz', '1');
    stream.end();
    expect(await stream.status()).toEqual(['0', undefined]);
    expect(stream.received).toBe(1);
    expect(textsOf(response, 4)).toEqual(['istio.io/debug/syncz']);
    const [plane = Buffer.alloc(0)] = response.get(6) ?? [];
    expect(JSON.parse(textsOf(fields(plane), 1)[0] ?? '')).toMatchObject({
      ID: 'istiod-1',
      Info: { version: '1.25.1' },
    });
    const configs = (response.get(2) ?? []).map((any) => fields(fields(any).get(2)?.[0] ?? Buffer.alloc(0)));
    expect(configs.map((config) => textsOf(fields(config.get(1)?.[0] ?? Buffer.alloc(0)), 1))).toEqual([
      ['web.shop'],
      ['api.shop'],
    ]);
    const states = (configs[0]?.get(3) ?? []).map((bytes) => {
      const state = [...fieldsOf(bytes)];
      return [textsOf(fields(bytes), 1)[0], Number(state.find(({ number }) => number === 6)?.varint)];
    });
    expect(states).toEqual([
      [cluster, 1],
      [route, 4],
    ]);
  });

  it('config_dump is what a proxy was sent, in a message for each type', async () => {
    const stream = call();
    stream.ask('istio.io/debug/config_dump', '', 'web.shop');
    const resources = fields(await stream.message()).get(2) ?? [];
    stream.end();
    const dumps = resources.map(fields);
    expect(dumps.map((dump) => textsOf(dump, 1)[0]?.split('.').at(-1))).toEqual([
      'BootstrapConfigDump',
      'ClustersConfigDump',
      'EcdsConfigDump',
      'ListenersConfigDump',
      'ScopedRoutesConfigDump',
      'RoutesConfigDump',
      'SecretsConfigDump',
    ]);
    expect(textsOf(dumps[1] ?? new Map(), 2)[0]).toContain('outbound|80||web.default.svc.cluster.local');
  });

  it.each([[['elsewhere.shop']], [[]]])('config_dump of %j is nothing', async (names) => {
    const stream = call();
    stream.ask('istio.io/debug/config_dump', '', ...names);
    expect(fields(await stream.message()).has(2)).toBe(false);
    stream.end();
  });

  it('a debug page is sent as it is over HTTP', async () => {
    const stream = call();
    stream.ask('istio.io/debug', '2025-04-01', 'list');
    const answer = fields(await stream.message());
    stream.end();
    const [resource = Buffer.alloc(0)] = answer.get(2) ?? [];
    expect(textsOf(fields(resource), 1)).toEqual(['istio.io/debug']);
    expect(textsOf(fields(resource), 2)).toEqual([(await get('/debug/list')).body]);
  });

  it('a debug page that is not there says so in its text, in which istioctl looks for it', async () => {
    const stream = call();
    stream.ask('istio.io/debug', '', 'cachez');
    const [resource = Buffer.alloc(0)] = fields(await stream.message()).get(2) ?? [];
    stream.end();
    expect(textsOf(fields(resource), 2)).toEqual(['404 page not found\n']);
  });

  it.each([[[]], [['list', 'syncz']]])('the debug pages %j are not one', async (names) => {
    const stream = call();
    stream.ask('istio.io/debug', '', ...names);
    expect(await stream.status()).toEqual(['3', 'exactly one debug request is required']);
  });

  it('without TLS, how far the proxies are is for everybody, and debug pages are for nobody', async () => {
    const socket = await pod.connect({ ip: '127.0.0.1', port: 15_010 });
    const plain = connect('http://istiod', { createConnection: () => socket });
    const open = new Call(plain, {});
    open.ask('istio.io/debug/syncz', '');
    expect(fields(await open.message()).get(2)).toHaveLength(2);
    open.end();
    const closed = new Call(plain, {});
    closed.ask('istio.io/debug', '', 'list');
    expect(await closed.status()).toEqual(['16', 'authentication required']);
    plain.destroy();
  });

  it('what it has no answer for is refused by name', async () => {
    const stream = call();
    stream.ask('istio.io/debug/nothing', '');
    expect(await stream.status()).toEqual([
      '12',
      'istiod of the sandbox answers istio.io/debug, istio.io/debug/syncz and istio.io/debug/config_dump, and not istio.io/debug/nothing',
    ]);
  });

  it('nobody is answered without a token', async () => {
    expect(await call({ authorization: '' }).status()).toEqual(['16', 'authentication failure']);
  });

  it('another method is unknown', async () => {
    expect((await call({ ':path': '/grpc.health.v1.Health/Check' }).status())[0]).toBe('12');
  });

  it.each([
    ['no message', Buffer.from([0, 0, 0, 0, 2, 0x0a, 0x7f]), '3'],
    ['one that is compressed', Buffer.from([1, 0, 0, 0, 0]), '12'],
    ['one without an end', Buffer.from([0, 0xff, 0xff, 0xff, 0xff]), '8'],
  ])('%s is refused', async (_, bytes, status) => {
    const stream = call();
    stream.write(bytes);
    expect((await stream.status())[0]).toBe(status);
  });

  it('a message may come in pieces', async () => {
    const stream = call();
    const whole = frame(message(textField(4, 'istio.io/debug/syncz')));
    for (const byte of whole) stream.write(Buffer.from([byte]));
    expect(fields(await stream.message()).get(2)).toHaveLength(2);
    stream.end();
  });
});

async function get(path: string): Promise<{ status: number; body: string; location?: string }> {
  const socket = await pod.connect({ ip: '127.0.0.1', port: 15_014 });
  const agent = Object.assign(new Agent(), { createConnection: () => socket });
  return new Promise((resolve, reject) => {
    request({ path, agent, headers: { connection: 'close' } }, (response) => {
      const { statusCode: status = 0, headers } = response;
      const location = headers.location === undefined ? {} : { location: headers.location };
      void text(response).then((body) => resolve({ status, body, ...location }));
    })
      .once('error', reject)
      .end();
  });
}
