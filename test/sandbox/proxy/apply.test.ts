import { describe, expect, it } from 'vitest';
import type { ProxyConfig } from '../../../sandbox/envoy/config.ts';
import type { Route } from '../../../sandbox/envoy/route.ts';
import { ask } from './support/client.ts';
import { istioLog, listener, toWeb, web, webConfig } from './support/config.ts';
import { startProxy, startUpstream } from './support/proxy.ts';

const fine: Route = { match: { prefix: '/' }, route: toWeb() };

describe('configuration the proxy cannot execute', () => {
  it.each<[string, (good: ProxyConfig) => ProxyConfig]>([
    [
      'routes[80].virtual_hosts[web].routes[0].match.safe_regex: "(" is not an RE2 expression',
      () => webConfig([{ ...fine, match: { safe_regex: { regex: '(' } } }], []),
    ],
    [
      'routes[80].virtual_hosts[web].routes[0].match: has none of prefix',
      () => webConfig([{ ...fine, match: {} }], []),
    ],
    [
      'routes[80].virtual_hosts[web].routes[1].route.timeout: "soon" is not',
      () => webConfig([fine, { match: { prefix: '/' }, route: toWeb({ timeout: 'soon' as '1s' }) }], []),
    ],
    [
      'routes[80].virtual_hosts[web].routes[0].route.retry_policy.retry_on: "4xx" is not',
      () => webConfig([{ ...fine, route: toWeb({ retry_policy: { retry_on: '4xx' } }) }], []),
    ],
    [
      'routes[80].virtual_hosts[web].routes[0]: has none of route',
      () => webConfig([{ match: { prefix: '/' } }], []),
    ],
    [
      'routes[80].virtual_hosts[web].routes[0].request_headers_to_add[0].header.value: %NOPE% is not',
      () => webConfig([{ ...fine, request_headers_to_add: [{ header: { key: 'x', value: '%NOPE%' } }] }], []),
    ],
    [
      'routes[80].virtual_hosts[web].domains: domain "*" is claimed twice',
      (good) => ({
        ...good,
        routes: [{ name: '80', virtual_hosts: [{ name: 'web', domains: ['*', '*'], routes: [] }] }],
      }),
    ],
    [
      'listeners[0.0.0.0_80].filter_chains[0].filters[0].typed_config.http_filters: the last filter is not',
      () => webConfig([fine], [], { manager: { http_filters: [] } }),
    ],
    [
      'listeners[0.0.0.0_80].filter_chains[0].filters[0].typed_config.access_log[0].typed_config.path: "/tmp/x" is not',
      () =>
        webConfig([fine], [], {
          manager: {
            access_log: [{ ...istioLog, typed_config: { ...istioLog.typed_config, path: '/tmp/x' } }],
          },
        }),
    ],
    [
      'listeners[0.0.0.0_80].address: 0.0.0.0:80 is taken',
      (good) => ({ ...good, listeners: [listener(), listener()] }),
    ],
    [
      `clusters[${web}].connect_timeout: "x" is not`,
      () => webConfig([fine], [], { cluster: { connect_timeout: 'x' as '1s' } }),
    ],
  ])('is refused: %s', async (message, change) => {
    await using upstream = await startUpstream((_, response) => void response.end('before'));
    const good = webConfig([fine], [upstream.port]);
    await using mesh = await startProxy(good);
    expect(() => mesh.proxy.apply(change(good))).toThrow(message);
    expect(mesh.proxy.config).toBe(good);
    expect(await ask(mesh.port)).toMatchObject({ status: 200, body: 'before' });
  });
});

describe('a new configuration', () => {
  it('holds for the next request on an open connection, and lets one under way end as it began', async () => {
    let release = (): void => undefined;
    await using upstream = await startUpstream((_, response) => {
      release = () => response.end('old');
    });
    await using mesh = await startProxy(webConfig([fine], [upstream.port]));
    const asked = ask(mesh.port);
    await expect.poll(() => upstream.count).toBe(1);
    mesh.proxy.apply(
      webConfig(
        [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: 'new' } } }],
        [],
      ),
    );
    expect((await ask(mesh.port)).body).toBe('new');
    release();
    expect((await asked).body).toBe('old');
    await expect.poll(() => mesh.proxy.clusters.get(web)?.stats.upstream_cx_active).toBe(0);
  });

  it('keeps connections and counters of clusters that did not change, even if written anew', async () => {
    await using upstream = await startUpstream((_, response) => void response.end());
    const config = webConfig([fine], [upstream.port]);
    await using mesh = await startProxy(config);
    await ask(mesh.port);
    mesh.proxy.apply(structuredClone(config));
    await ask(mesh.port);
    expect(mesh.proxy.clusters.get(web)?.stats).toMatchObject({ upstream_rq_total: 2, upstream_cx_total: 1 });
  });

  it('costs what changed: 1,000 unchanged virtual hosts are not compiled again', async () => {
    let read = 0;
    const hosts = Array.from({ length: 1000 }, (_, index) => ({
      name: `h${index}`,
      domains: [`h${index}`],
      get routes() {
        read += 1;
        return [fine];
      },
    }));
    const base = webConfig([], []);
    await using mesh = await startProxy({ ...base, routes: [{ name: '80', virtual_hosts: hosts }] });
    expect(read).toBe(1000);
    mesh.proxy.apply({
      ...base,
      routes: [
        { name: '80', virtual_hosts: [...hosts, { name: 'one more', domains: ['*'], routes: [fine] }] },
      ],
    });
    expect(read).toBe(1000);
  });
});
