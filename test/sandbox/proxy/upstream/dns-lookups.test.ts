import { expect, it } from 'vitest';
import { ask } from '../support/client.ts';
import { endpoints, toWeb, web, webConfig } from '../support/config.ts';
import { dial, startProxy, startUpstream } from '../support/proxy.ts';
import { settled } from '../../../support/manual-clock.ts';
import type { Cluster, ProxyConfig } from '../../../../sandbox/envoy/config.ts';

const named = (type: Cluster['type']): Partial<Cluster> => ({
  type,
  dns_refresh_rate: '60s',
  respect_dns_ttl: true,
  load_assignment: {
    cluster_name: web,
    endpoints: [
      {
        lb_endpoints: [
          { endpoint: { address: { socket_address: { address: 'web.example', port_value: 80 } } } },
        ],
      },
    ],
  },
});

const config = (type: Cluster['type']): ProxyConfig => ({
  ...webConfig([{ match: { prefix: '/' }, route: toWeb() }], [], { cluster: named(type) }),
  endpoints: [],
});

const notFound = (): Promise<never> =>
  Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));

it.each(['STRICT_DNS', 'LOGICAL_DNS'] as const)(
  'answers 503 UH for a %s cluster whose name does not exist (§4.5), and looks again after 60 s',
  async (type) => {
    await using upstream = await startUpstream((_, response) => response.end('here'));
    let exists = false;
    await using proxy = await startProxy(config(type), {
      resolve: () => (exists ? Promise.resolve(['127.0.0.1']) : notFound()),
      connect: () => dial({ ip: '127.0.0.1', port: upstream.port }),
    });
    await settled();
    expect(await ask(proxy.port)).toMatchObject({ status: 503, body: 'no healthy upstream' });
    expect(proxy.logs.at(-1)).toContain('503 UH no_healthy_upstream');
    exists = true;
    await proxy.clock.advance(59_000);
    expect((await ask(proxy.port)).status).toBe(503);
    await proxy.clock.advance(1000);
    expect(await ask(proxy.port)).toMatchObject({ status: 200, body: 'here' });
  },
);

it.each([
  ['STRICT_DNS', 2, 503],
  ['LOGICAL_DNS', 1, 200],
] as const)(
  'has for a %s cluster %i of two addresses, and answers %i when the name is gone',
  async (type, hosts, after) => {
    await using upstream = await startUpstream((_, response) => response.end('here'));
    let found: readonly string[] = ['127.0.0.1', '127.0.0.2'];
    await using proxy = await startProxy(config(type), {
      resolve: () => (found.length > 0 ? Promise.resolve(found) : notFound()),
      connect: () => dial({ ip: '127.0.0.1', port: upstream.port }),
    });
    await settled();
    expect(proxy.proxy.clusters.get(web)?.hosts).toHaveLength(hosts);
    found = [];
    // The records of the cluster's DNS live for 30 s.
    await proxy.clock.advance(30_000);
    expect((await ask(proxy.port)).status).toBe(after);
  },
);

it('stops looking names up when the cluster is gone', async () => {
  let lookups = 0;
  await using proxy = await startProxy(config('STRICT_DNS'), {
    resolve: () => {
      lookups += 1;
      return notFound();
    },
  });
  await settled();
  proxy.proxy.apply({ ...config('STRICT_DNS'), clusters: [], endpoints: [endpoints(web, [])] });
  await proxy.clock.advance(600_000);
  expect(lookups).toBe(1);
  expect(proxy.clock.pending).toBe(0);
});
