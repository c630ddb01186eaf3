import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rules, Shop, to, type Asked } from './support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop[Symbol.asyncDispose]());

const statusOf = async (asked: Asked = {}): Promise<number> => (await shop.ask(asked)).status;
const under = (text: string, asked?: Asked): Promise<number> => shop.under(text, () => statusOf(asked));

describe('HTTP match (facts §2)', () => {
  it.each<[string, Asked, boolean]>([
    ['uri: { exact: /foo }', { path: '/foo?q=1' }, true],
    ['uri: { exact: /foo }', { path: '/foo/' }, false],
    ['uri: { prefix: /foo }', { path: '/foobar' }, true],
    ['uri: { prefix: /foo }', { path: '/foo/x' }, true],
    ["uri: { prefix: '' }", { path: '/any' }, true],
    ["uri: { regex: '/v[12]/.*' }", { path: '/v1/x?q=1' }, true],
    ["uri: { regex: '/v[12]' }", { path: '/v1/x' }, false],
    ['uri: { prefix: /foo }', { path: '/FOO' }, false],
    ['uri: { prefix: /foo }, ignoreUriCase: true', { path: '/FOO' }, true],
    ['uri: { exact: /foo }, ignoreUriCase: true', { path: '/FOO' }, true],
    ["uri: { regex: '/foo' }, ignoreUriCase: true", { path: '/FOO' }, false],
    ['headers: { X-A: { exact: b } }', { headers: { 'x-a': 'b' } }, true],
    ['headers: { x: { prefix: a } }', { headers: { x: 'ab' } }, true],
    ["headers: { x: { regex: 'a+' } }", { headers: { x: 'aab' } }, false],
    ['headers: { x: {} }', { headers: { x: '' } }, true],
    ['headers: { x: {} }', {}, false],
    ["headers: { x: { regex: '*' } }", { headers: { x: 'any' } }, true],
    ['withoutHeaders: { x: { exact: a } }', { headers: { x: 'a' } }, false],
    ['withoutHeaders: { x: { exact: a } }', {}, true],
    ["withoutHeaders: { x: { regex: '.*' } }", {}, false],
    ['withoutHeaders: { x: {} }', {}, true],
    ['withoutHeaders: { x: {} }', { headers: { x: '1' } }, false],
    ['method: { exact: POST }', { method: 'POST' }, true],
    ['scheme: { exact: http }', {}, true],
    ['scheme: { exact: https }', {}, false],
    ['authority: { exact: web }', { host: 'web:80' }, false],
    ["authority: { exact: 'web:80' }", { host: 'web:80' }, true],
    ["queryParams: { q: { exact: '1' } }", { path: '/?q=1&q=2' }, true],
    ["queryParams: { q: { exact: '2' } }", { path: '/?q=1&q=2' }, false],
    ['queryParams: { q: { prefix: a } }', { path: '/?q=ab' }, true],
    ["queryParams: { q: { regex: 'a' } }", { path: '/?q=ab' }, false],
    ['queryParams: { q: {} }', { path: '/?q' }, true],
    ['port: 80', {}, true],
    ['port: 8080', {}, false],
    ['sourceLabels: { app: webapp }', {}, true],
    ['sourceLabels: { app: webapp, version: v1 }', {}, false],
    ['sourceNamespace: shop', {}, true],
    ['sourceNamespace: visitors', {}, false],
    ['gateways: [mesh]', {}, true],
    ['gateways: [public]', {}, false],
    ['gateways: [mesh], sourceLabels: { app: other }, sourceNamespace: other', {}, true],
    // All of one entry.
    ['uri: { prefix: /a }, headers: { x: { exact: b } }', { path: '/a' }, false],
    // Any of several.
    ['uri: { exact: /a } }, { uri: { exact: /b }', { path: '/b' }, true],
  ])('{ %s } and %j: %s', async (match, asked, matches) => {
    const only = rules(`{ match: [{ ${match} }], directResponse: { status: 222 } }`);
    expect((await under(only, asked)) === 222).toBe(matches);
  });

  it('takes the first rule that matches, in order of writing', async () => {
    const both = rules(
      '{ match: [{ uri: { prefix: /a } }], directResponse: { status: 201 } }, { match: [{ uri: { exact: /ab } }], directResponse: { status: 202 } }',
    );
    expect(await under(both, { path: '/ab' })).toBe(201);
  });

  it('answers 404, empty, NR where no rule matches: the service is not called', async () => {
    const only = rules(`{ match: [{ uri: { prefix: /a } }], ${to('web')} }`);
    const got = await shop.under(only, () => shop.ask({ path: '/b' }));
    expect(got).toMatchObject({ status: 404, body: '', served: [] });
    expect(got.log).toContain('"GET /b HTTP/1.1" 404 NR route_not_found - "-" 0 0 0 - ');
    expect(got.log).toMatch(/"web" "-" - - [\d.]+:80 [\d.]+:\d+ - -$/u);
  });

  it('does not let a match of the authority choose another virtual host', async () => {
    const forApi = rules('{ match: [{ authority: { exact: api } }], directResponse: { status: 222 } }');
    expect(await under(forApi, { host: 'api' })).toBe(200);
  });
});

describe('hosts (facts §1.4)', () => {
  it.each([
    ['web', 200, /outbound\|80\|\|web\.shop\.svc\.cluster\.local/u],
    ['web.shop.svc.cluster.local', 200, /outbound\|80\|\|web\.shop\.svc\.cluster\.local/u],
    // A dot makes a name literal: this one is not completed.
    ['web.shop', 503, / 503 NC cluster_not_found - "-" 0 0 0 - .* "-" - - /u],
  ])('a destination %s: %i', async (host, status, log) => {
    const got = await shop.under(rules(`{ ${to(host)} }`), () => shop.ask());
    expect([got.status, got.body]).toEqual([status, status === 200 ? 'hello' : '']);
    expect(got.log).toMatch(log);
  });

  it('a short name is of the rule’s namespace, never of the caller’s', async () => {
    const visitor = { from: shop.pod('visitor'), host: 'web.shop' };
    const statuses = [];
    for (const namespace of ['shop', 'visitors']) {
      const metadata = `name: rules, namespace: ${namespace}`;
      const rule = rules(`{ ${to('web')} }`, 'hosts: [web.shop.svc.cluster.local]', metadata);
      statuses.push(await under(rule, visitor));
    }
    expect(statuses).toEqual([200, 503]);
  });

  it.each([
    ['no gateways', '', 222],
    ['a gateway alone', 'gateways: [public]', 200],
    ['mesh beside a gateway', 'gateways: [public, mesh]', 222],
  ])('with %s a VirtualService answers sidecars: %i', async (_, gateways, status) => {
    const bound = rules('{ directResponse: { status: 222 } }', `hosts: [web], ${gateways}`);
    expect(await under(bound)).toBe(status);
  });
});

describe('domains of a service (facts §1.3)', () => {
  const mine = rules('{ directResponse: { status: 222 } }');

  it.each([
    ['webapp', 'web', 222],
    ['webapp', 'web.shop', 222],
    ['webapp', 'web.shop.svc', 222],
    ['webapp', 'web.shop.svc.cluster.local', 222],
    ['webapp', 'WEB.shop:8080', 222],
    ['visitor', 'web.shop', 222],
    ['visitor', 'web.shop.svc.cluster.local:80', 222],
    // The bare name is of the caller's own namespace: elsewhere it is an unknown host, and passes through.
    ['visitor', 'web', 200],
  ])('%s calls %s: %i', async (from, host, status) => {
    const asked = { from: shop.pod(from), host };
    expect(await under(mine, asked)).toBe(status);
  });

  it('has its cluster address among them', async () => {
    const host = shop.address('web');
    expect(await under(mine, { host })).toBe(222);
  });
});

describe('route names (facts §1.5)', () => {
  it.each([
    ['', 'default'],
    [rules(`{ name: canary, ${to('web')} }`), 'canary'],
    [rules(`{ name: a, match: [{ name: b, uri: { prefix: / } }], ${to('web')} }`), 'a.b'],
    [rules(`{ match: [{ uri: { prefix: / } }], ${to('web')} }`), '-'],
  ])('%#: the log says %s', async (text, name) => {
    const { log } = await shop.under(text, () => shop.ask());
    expect(log.split(' ').at(-1)).toBe(name);
  });
});

describe('protocols of ports (facts §1.6)', () => {
  const rule = rules('{ directResponse: { status: 222 } }', 'hosts: [more]', 'name: more');
  const more = (port: string): string => `
apiVersion: v1
kind: Service
metadata: { name: more }
spec: { clusterIP: 10.96.1.1, selector: { app: api }, ports: [{ port: 80, targetPort: 3000, ${port} }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: more, labels: { kubernetes.io/service-name: more } }
ports: [{ name: ${/name: ([\w-]+)/u.exec(port)?.[1] ?? "''"}, port: 3000 }]
endpoints: [{ addresses: [${shop.pod('api').network.ip}], targetRef: { kind: Pod, name: api-1 } }]
${rule}`;

  it.each([
    ['name: http', 222],
    ['name: http-web', 222],
    ['name: grpc', 222],
    ['name: odd', 222],
    ['name: tcp, appProtocol: http', 222],
    ['name: h, appProtocol: kubernetes.io/h2c', 222],
    ['name: w, appProtocol: kubernetes.io/ws', 222],
    // Rules for HTTP do nothing where the port is taken for TCP.
    ['name: tcp-web', 200],
    ['name: mysql', 200],
    ['name: https', 200],
    ['name: http, appProtocol: tcp', 200],
    ['name: s, appProtocol: kubernetes.io/wss', 200],
  ])('{ %s } of a service that has a rule: %i', async (port, status) => {
    const asked = { host: 'more', to: { ip: '10.96.1.1', port: 80 } };
    expect(await under(more(port), asked)).toBe(status);
  });
});
