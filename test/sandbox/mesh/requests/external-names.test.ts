import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { destinationRule, rules, Shop, to, type Asked } from './support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop[Symbol.asyncDispose]());

const alias = (target = 'api.shop.svc.cluster.local', ports = '', name = 'old'): string => `
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { type: ExternalName, externalName: ${target}${ports} }
`;
const onPort80 = ', ports: [{ name: http, port: 80 }]';

/** As a client does it: to the address that DNS gives it. */
async function call(host: string, from = 'webapp'): Promise<string> {
  const pod = shop.pod(from);
  const [ip = ''] = await pod.network.resolve(host);
  const { status, served, log } = await shop.ask({ from: pod, host, to: { ip, port: 80 } });
  return `${status} ${served.join()} ${/(?:outbound\|\S*|PassthroughCluster)/u.exec(log)?.[0] ?? '-'}`;
}
const toApi = '200 api outbound|80||api.shop.svc.cluster.local';
const mine = '{ directResponse: { status: 222 } }';

// Istio 1.22 and later (facts §13); before, they were services with clusters of their own.
describe('a Service of type ExternalName', () => {
  it.each([
    ['old', 'webapp'],
    ['old.shop', 'webapp'],
    ['old.shop.svc', 'visitor'],
    ['old.shop.svc.cluster.local', 'visitor'],
  ])('is another name of its target: %s, called by %s', async (host, from) => {
    expect(await shop.under(alias(), () => call(host, from))).toBe(toApi);
  });

  it('of another such is a name of the last', async () => {
    const chain = alias() + alias('old.shop.svc.cluster.local', '', 'older');
    expect(await shop.under(chain, () => call('older'))).toBe(toApi);
  });

  it('has the rules and subsets of its target', async () => {
    const subset = destinationRule('subsets: [{ name: all }]', 'name: api', 'api');
    const text = alias() + rules(`{ ${to('api all')} }`, 'hosts: [api]') + subset;
    expect(await shop.under(text, () => call('old'))).toBe(
      '200 api outbound|80|all|api.shop.svc.cluster.local',
    );
  });

  it.each([
    ['with its port', onPort80, 'old', '222  -'],
    ['with its port', onPort80, 'old.shop', '222  -'],
    ['with its port: its target is left alone', onPort80, 'api', toApi],
    // Without the port the rules are for the whole name alone, as for any host that is no service.
    ['without ports', '', 'old.shop.svc.cluster.local', '222  -'],
    ['without ports', '', 'old.shop', toApi],
  ])('takes rules of its own %s: %s%s', async (_, ports, host, expected) => {
    expect(await shop.under(alias(undefined, ports) + rules(mine, 'hosts: [old]'), () => call(host))).toBe(
      expected,
    );
  });

  it.each([
    ['with its port', onPort80, 200],
    ['without: no such cluster', '', 503],
  ])('is a destination %s', async (_, ports, status) => {
    const text = alias(undefined, ports) + rules(`{ ${to('old')} }`);
    const asked: Asked = {};
    const got = await shop.under(text, () => shop.ask(asked));
    expect([got.status, got.served]).toEqual([status, status === 200 ? ['api'] : []]);
  });

  it('is a name of a ServiceEntry’s host', async () => {
    const text = `${alias('www.example.com')}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: out }
spec:
  hosts: [www.example.com]
  ports: [{ number: 80, name: http, protocol: HTTP }]
  resolution: STATIC
  endpoints: [{ address: ${shop.pod('plain').network.ip}, ports: { http: 3000 } }]
`;
    const got = await shop.under(text, () => shop.ask({ host: 'old', to: { ip: '240.240.0.1', port: 80 } }));
    expect(got.served).toEqual(['plain']);
    expect(got.log).toContain(' outbound|80||www.example.com ');
  });

  it('of nothing that the mesh knows is an unknown host', async () => {
    const got = await shop.under(alias('www.example.com'), () => shop.ask({ host: 'old.shop' }));
    expect(got.log).toContain(' PassthroughCluster ');
  });

  it('is forgotten when it goes, and follows its changes', async () => {
    await shop.under(alias(), async () => {
      shop.world.apply(alias('web.shop.svc.cluster.local'));
      expect(await call('old')).toMatch(/ outbound\|80\|\|web\.shop/u);
    });
    expect((await shop.ask({ host: 'old.shop' })).log).toContain(' PassthroughCluster ');
  });
});
