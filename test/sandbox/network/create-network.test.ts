import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../sandbox/clock/clock.ts';
import { createNetwork, type AttachedPod, type Network } from '../../../sandbox/network/create-network.ts';
import type { Acceptor, Address, ConnectOptions } from '../../../sandbox/network/network.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

const open = (): Network => createNetwork({ clock: new ManualClock(), random: seededRandom(1) });

const pod = (network: Network, name: string, ip?: string): AttachedPod =>
  network.attach({ namespace: 'shop', name, serviceAccount: name, ...(ip === undefined ? {} : { ip }) });

/** Answers with a word and where the client meant to go. */
const says =
  (word: string): Acceptor =>
  (socket, { ip, port }) =>
    socket.end(`${word} ${ip}:${port} from ${socket.remoteAddress}`);

const call = async (
  from: { connect: AttachedPod['connect'] },
  to: Address,
  options?: ConnectOptions,
): Promise<string> => {
  try {
    return await text(await from.connect(to, options));
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
};

const service = (
  network: Network,
  name: string,
  clusterIp: string | undefined,
  backends: readonly (readonly [ip: string, ready: boolean])[] = [],
): void => {
  network.services.setService({
    namespace: 'shop',
    name,
    clusterIps: clusterIp === undefined ? [] : [clusterIp],
    ports: [{ name: 'http', port: 80, nodePort: 30_000 }],
  });
  network.services.setEndpoints({
    namespace: 'shop',
    name: `${name}-abc`,
    service: name,
    ports: [{ name: 'http', port: 8080 }],
    endpoints: backends.map(([ip, ready]) => ({ ip, ready, draining: false, hostname: `h${ip.at(-1)}` })),
  });
};

describe('addresses', () => {
  it('come from 10.10.0.0/24 and are reused as late as possible', () => {
    const network = open();
    expect(pod(network, 'a').ip).toBe('10.10.0.2');
    const b = pod(network, 'b');
    expect(b.ip).toBe('10.10.0.3');
    b.detach();
    expect(pod(network, 'c').ip).toBe('10.10.0.4');
  });

  it('go on in the next subnet when the first is full', () => {
    const network = open();
    const ips = Array.from({ length: 254 }, (_, index) => pod(network, `p${index}`).ip);
    expect(ips.at(-2)).toBe('10.10.0.254');
    expect(ips.at(-1)).toBe('10.10.1.2');
  });

  it.each([
    ['10.10.0.77', '10.10.0.77'],
    ['10.10.0.2', '10.10.0.3'],
    ['8.8.8.8', '10.10.0.3'],
  ])('a pod that wants %s gets %s', (wanted, got) => {
    const network = open();
    pod(network, 'first');
    expect(pod(network, 'second', wanted).ip).toBe(got);
  });
});

describe('connections between pods', () => {
  it.each([
    ['a port that listens', 0, 80, 'b 10.10.0.3:80 from 10.10.0.2'],
    ['a port that does not', 0, 81, 'ECONNREFUSED'],
    ['no pod', 1, 80, 'EHOSTUNREACH'],
  ])('to %s', async (_, offset, port, answer) => {
    const network = open();
    const a = pod(network, 'a');
    const b = pod(network, 'b');
    b.listen(80, says('b'));
    expect(await call(a, { ip: `10.10.0.${3 + offset}`, port }, {})).toBe(answer);
  });

  it('refuse a second listener on a port until the first is closed', () => {
    const a = pod(open(), 'a');
    const first = a.listen(80, says('first'));
    expect(() => a.listen(80, says('second'))).toThrow(expect.objectContaining({ code: 'EADDRINUSE' }));
    first.close();
    a.listen(80, says('second')).close();
  });

  it('reach the pod itself at any address of 127.0.0.0/8', async () => {
    const a = pod(open(), 'a');
    a.listen(80, says('a'));
    expect(await call(a, { ip: '127.0.0.1', port: 80 })).toBe('a 127.0.0.1:80 from 127.0.0.1');
  });

  it('are reset when one of the pods goes, and none stays open', async () => {
    const network = open();
    const a = pod(network, 'a');
    const b = pod(network, 'b');
    b.listen(80, () => undefined);
    const socket = await a.connect({ ip: b.ip, port: 80 });
    const failed = new Promise((resolve) => socket.once('error', resolve));
    expect(network.openEnds).toBe(2);
    b.detach();
    expect(await failed).toMatchObject({ code: 'ECONNRESET' });
    await settled();
    expect(network.openEnds).toBe(0);
    expect(await call(a, { ip: b.ip, port: 80 })).toBe('EHOSTUNREACH');
    expect(await call(b, { ip: a.ip, port: 80 })).toBe('ECONNRESET');
  });

  it('are not begun when the caller has given up', async () => {
    const a = pod(open(), 'a');
    a.listen(80, says('a'));
    const signal = AbortSignal.abort(new Error('given up'));
    await expect(a.connect({ ip: '127.0.0.1', port: 80 }, { signal })).rejects.toThrow('given up');
  });
});

describe('services', () => {
  it('share their calls among the ready endpoints', async () => {
    const network = open();
    const a = pod(network, 'a');
    const backends = ['b', 'c', 'd'].map((name) => {
      const backend = pod(network, name);
      backend.listen(8080, says(name));
      return backend.ip;
    });
    service(network, 'catalog', '10.200.1.9', [
      [backends[0] ?? '', true],
      [backends[1] ?? '', true],
      [backends[2] ?? '', false],
    ]);
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => call(a, { ip: '10.200.1.9', port: 80 })),
    );
    const count = (word: string): number => answers.filter((answer) => answer.startsWith(word)).length;
    expect(count('b') + count('c')).toBe(60);
    expect(Math.min(count('b'), count('c'))).toBeGreaterThan(15);
  });

  it('refuse while no endpoint is ready, and after they were removed nobody has their address', async () => {
    const network = open();
    const a = pod(network, 'a');
    service(network, 'catalog', '10.200.1.9', [['10.10.0.9', false]]);
    expect(await call(a, { ip: '10.200.1.9', port: 80 })).toBe('ECONNREFUSED');
    expect(await call(a, { ip: '10.200.1.9', port: 81 })).toBe('ECONNREFUSED');
    network.services.removeService('shop', 'catalog');
    expect(await call(a, { ip: '10.200.1.9', port: 80 })).toBe('EHOSTUNREACH');
  });

  it('fall back to endpoints that terminate but still serve', async () => {
    const network = open();
    const a = pod(network, 'a');
    a.listen(8080, says('old'));
    service(network, 'catalog', '10.200.1.9');
    network.services.setEndpoints({
      namespace: 'shop',
      name: 'catalog-abc',
      service: 'catalog',
      ports: [{ name: 'http', port: 8080 }],
      endpoints: [{ ip: a.ip, ready: false, draining: true }],
    });
    expect(await call(a, { ip: '10.200.1.9', port: 80 })).toMatch(/^old/);
  });

  it('answer at the node’s address and their node port', async () => {
    const network = open();
    const a = pod(network, 'a');
    const b = pod(network, 'b');
    b.listen(8080, says('b'));
    service(network, 'catalog', '10.200.1.9', [[b.ip, true]]);
    expect(await call(a, { ip: '172.18.0.2', port: 30_000 })).toMatch(/^b/);
    expect(await call(a, { ip: '172.18.0.2', port: 30_001 })).toBe('ECONNREFUSED');
    expect(await call(network.node, { ip: b.ip, port: 8080 })).toBe('b 10.10.0.3:8080 from 10.10.0.1');
  });
});

describe('names', () => {
  const named = (): Network => {
    const network = open();
    service(network, 'catalog', '10.200.1.9');
    service(network, 'db', undefined, [
      ['10.10.0.8', true],
      ['10.10.0.9', true],
      ['10.10.0.7', false],
    ]);
    const alias = { namespace: 'shop', clusterIps: [], ports: [] };
    network.services.setService({ ...alias, name: 'alias', externalName: 'catalog.shop.svc.cluster.local' });
    network.services.setService({ ...alias, name: 'outside', externalName: 'example.com' });
    network.services.setService({ ...alias, name: 'loop', externalName: 'loop.shop.svc.cluster.local' });
    return network;
  };

  it.each([
    ['catalog', ['10.200.1.9']],
    ['CATALOG', ['10.200.1.9']],
    ['catalog.shop', ['10.200.1.9']],
    ['catalog.shop.svc', ['10.200.1.9']],
    ['catalog.shop.svc.cluster.local', ['10.200.1.9']],
    ['catalog.shop.svc.cluster.local.', ['10.200.1.9']],
    ['db', ['10.10.0.8', '10.10.0.9']],
    ['h9.db', ['10.10.0.9']],
    ['alias', ['10.200.1.9']],
    ['localhost', ['127.0.0.1']],
    ['10.1.2.3', ['10.1.2.3']],
    ['10-10-0-2.shop.pod.cluster.local', ['10.10.0.2']],
  ])('%s is %j', async (host, addresses) => {
    expect(await pod(named(), 'a').resolve(host)).toEqual(addresses);
  });

  it.each([
    'nobody',
    'catalog.',
    'catalog.other',
    'x.catalog',
    'example.com',
    'outside',
    'loop',
    '10-10-0-99.shop.pod.cluster.local',
    '',
    '..',
    'svc.cluster.local',
  ])('"%s" is unknown', async (host) => {
    await expect(pod(named(), 'a').resolve(host)).rejects.toMatchObject({
      code: 'ENOTFOUND',
      hostname: host,
      message: `getaddrinfo ENOTFOUND ${host}`,
    });
  });
});

describe('redirection to the proxy', () => {
  const meshed = (): { a: AttachedPod; b: AttachedPod } => {
    const network = open();
    const a = pod(network, 'a');
    const b = pod(network, 'b');
    service(network, 'catalog', '10.200.1.9', [[b.ip, true]]);
    for (const each of [a, b]) {
      for (const port of [8080, 15_000, 15_020, 15_021, 15_090]) each.listen(port, says('app'));
    }
    b.redirect({ outbound: says('b-outbound'), inbound: says('b-inbound') });
    return { a, b };
  };
  const bypass = { bypassRedirect: true };

  it.each([
    ['the app’s calls to a service', '10.200.1.9', 80, {}, 'b-outbound 10.200.1.9:80 from 10.10.0.3'],
    ['the app’s calls to a pod', '10.10.0.2', 8080, {}, 'b-outbound 10.10.0.2:8080 from 10.10.0.3'],
    ['the app’s calls to localhost', '127.0.0.1', 8080, {}, 'app 127.0.0.1:8080 from 127.0.0.1'],
    ['the app’s calls to itself', '10.10.0.3', 8080, {}, 'app 10.10.0.3:8080 from 10.10.0.3'],
    ['the proxy’s calls', '10.10.0.2', 8080, bypass, 'app 10.10.0.2:8080 from 10.10.0.3'],
    ['the proxy’s calls to itself', '10.10.0.3', 8080, bypass, 'b-inbound 10.10.0.3:8080 from 10.10.0.3'],
    [
      'the proxy’s calls to its app',
      '10.10.0.3',
      8080,
      { ...bypass, sourceIp: '127.0.0.6' },
      'app 10.10.0.3:8080 from 127.0.0.6',
    ],
    ['the proxy’s own service', '10.200.1.9', 80, bypass, 'b-inbound 10.10.0.3:8080 from 10.10.0.3'],
    ['the admin port on localhost', '127.0.0.1', 15_000, {}, 'app 127.0.0.1:15000 from 127.0.0.1'],
    ['the admin port by address', '10.10.0.3', 15_000, {}, 'ECONNREFUSED'],
  ])('%s', async (_, ip, port, options, answer) => {
    expect(await call(meshed().b, { ip, port }, options)).toBe(answer);
  });

  it.each([
    [8080, 'b-inbound 10.10.0.3:8080 from 10.10.0.2'],
    [9999, 'b-inbound 10.10.0.3:9999 from 10.10.0.2'],
    [15_000, 'b-inbound 10.10.0.3:15000 from 10.10.0.2'],
    [15_020, 'app 10.10.0.3:15020 from 10.10.0.2'],
    [15_021, 'app 10.10.0.3:15021 from 10.10.0.2'],
    [15_090, 'app 10.10.0.3:15090 from 10.10.0.2'],
  ])('what comes in on port %i', async (port, answer) => {
    const { a, b } = meshed();
    expect(await call(a, { ip: b.ip, port })).toBe(answer);
  });

  it('leaves out the ports it is told to', async () => {
    const { a, b } = meshed();
    b.redirect({
      outbound: says('b-outbound'),
      inbound: says('b-inbound'),
      excludedInbound: new Set([8080]),
      excludedOutbound: new Set([8080]),
    });
    expect(await call(a, { ip: b.ip, port: 8080 })).toBe('app 10.10.0.3:8080 from 10.10.0.2');
    expect(await call(b, { ip: a.ip, port: 8080 })).toBe('app 10.10.0.2:8080 from 10.10.0.3');
    expect(await call(b, { ip: a.ip, port: 80 })).toBe('b-outbound 10.10.0.2:80 from 10.10.0.3');
  });

  it('ends when it is removed, and the admin port stays closed to others', async () => {
    const { a, b } = meshed();
    b.redirect(undefined);
    expect(await call(a, { ip: b.ip, port: 8080 })).toBe('app 10.10.0.3:8080 from 10.10.0.2');
    expect(await call(b, { ip: a.ip, port: 8080 })).toBe('app 10.10.0.2:8080 from 10.10.0.3');
    expect(await call(a, { ip: b.ip, port: 15_000 })).toBe('ECONNREFUSED');
  });
});
