import { describe, expect, it } from 'vitest';
import { configOf, hostsOf, meshOf, router } from '../support/mesh.ts';
import type { VirtualHost } from '../../../../sandbox/envoy/route.ts';

const ingress = `
kind: Service
metadata: { name: istio-ingressgateway, namespace: istio-system }
spec:
  clusterIP: 10.96.0.1
  selector: { istio: ingressgateway }
  ports: [{ name: http2, port: 80, targetPort: 8080 }]
`;

const gateway = (
  name: string,
  servers: string,
  metadata = '',
  selector = 'istio: ingressgateway',
): string => `
---
kind: Gateway
metadata: { name: ${name}, namespace: shop, ${metadata} }
spec: { selector: { ${selector} }, servers: [${servers}] }
`;

const server = (hosts: string, more = ''): string =>
  `{ port: { number: 80, name: http, protocol: HTTP }, hosts: [${hosts}]${more} }`;

const virtualService = (name: string, hosts: string, more = '', namespace = 'shop'): string => `
---
kind: VirtualService
metadata: { name: ${name}, namespace: ${namespace} }
spec: { hosts: [${hosts}], gateways: [shop/gw], http: [{ name: ${name}, ${more} route: [{ destination: { host: web } }] }] }
`;

const hosts = (text: string): VirtualHost[] =>
  Object.values(hostsOf(configOf(meshOf(ingress + text), router()), 'http.8080'));
const summary = (text: string): [string, (string | undefined)[]][] =>
  hosts(text).map(({ domains, routes }) => [domains.join(' '), routes.map(({ name }) => name)]);

describe('§5.1 Gateway', () => {
  it('without a VirtualService has a virtual host with no routes', () => {
    expect(hosts(gateway('gw', server("'*'")))).toEqual([
      { name: 'blackhole:80', domains: ['*'], routes: [] },
    ]);
  });

  it.each([
    ["'*'", 'a.example.com', 'a.example.com'],
    ["'*.example.com'", "'*'", '*.example.com'],
    ["'*.example.com'", 'a.example.com', 'a.example.com'],
    ['a.example.com', "'*.example.com'", 'a.example.com'],
    ['A.Example.com', "'*'", 'a.example.com'],
    ['a.example.com', 'b.example.com', '*'],
    ["'shop/*'", 'a.example.com', 'a.example.com'],
    ["'./*'", 'a.example.com', 'a.example.com'],
    ["'other/*'", 'a.example.com', '*'],
  ])('§1.5 server host %s and VirtualService host %s meet in %s', (servers, own, domain) => {
    const [host] = hosts(gateway('gw', server(servers)) + virtualService('v', own));
    expect(host?.domains).toEqual([domain]);
  });

  it('§1.5 merges VirtualServices of a host by age and name, and puts what takes everything last', () => {
    const text =
      gateway('gw', server("'*'")) +
      virtualService('a', 'x.example.com') +
      virtualService('b', 'x.example.com', 'match: [{ uri: { prefix: /b } }],');
    expect(summary(text)).toEqual([['x.example.com', ['b', 'a']]]);
  });

  it('§1.3 makes one virtual host of hosts with the same routes, named for the most specific', () => {
    const text =
      gateway('gw', server("'*'")) + virtualService('a', "b.example.com, a.example.com, '*.example.org'");
    expect(hosts(text).map(({ name, domains }) => [name, domains])).toEqual([
      ['a.example.com:80', ['a.example.com', 'b.example.com', '*.example.org']],
    ]);
  });

  it('keeps hosts apart whose routes differ', () => {
    const text =
      gateway('gw', server("'*'")) +
      virtualService('a', 'a.example.com, b.example.com') +
      virtualService('b', 'b.example.com');
    expect(summary(text)).toEqual([
      ['a.example.com', ['a']],
      ['b.example.com', ['a', 'b']],
    ]);
  });

  it('httpsRedirect asks for TLS under every host of the server, with a VirtualService or without', () => {
    const redirect = ', tls: { httpsRedirect: true }';
    const text =
      gateway('gw', server('a.example.com, b.example.com', redirect)) + virtualService('a', 'a.example.com');
    expect(hosts(text).map(({ domains, require_tls: tls }) => [domains.join(' '), tls])).toEqual([
      ['a.example.com', 'ALL'],
      ['b.example.com', 'ALL'],
    ]);
  });

  it.each([
    ['the selected pods', 'istio: ingressgateway', ['0.0.0.0_8080']],
    ['no other pods', 'istio: egressgateway', []],
    ['no pods that lack a label', 'istio: ingressgateway, extra: "1"', []],
  ])('is for %s', (_, selector, listeners) => {
    const config = configOf(meshOf(ingress + gateway('gw', server("'*'"), '', selector)), router());
    expect(config.listeners.map(({ name }) => name)).toEqual(listeners);
  });

  it.each([
    ['80', ['0.0.0.0_8080']],
    ['9090', ['0.0.0.0_9090']],
    // A gateway pod has no right to it.
    ['81', []],
  ])('on port %s listens on %j', (number, listeners) => {
    const config = configOf(meshOf(ingress + gateway('gw', server("'*'").replace('80', number))), router());
    expect(config.listeners.map(({ name }) => name)).toEqual(listeners);
  });

  it('leaves a port to the oldest Gateway where protocols differ', () => {
    const tcp = `{ port: { number: 80, name: tcp, protocol: TCP }, hosts: ['*'] }`;
    const later = "creationTimestamp: '2025-04-01T10:00:01Z'";
    const listeners = (first: string, second: string): number =>
      configOf(meshOf(ingress + gateway('a', first) + gateway('b', second, later)), router()).listeners
        .length;
    expect([listeners(server("'*'"), tcp), listeners(tcp, server("'*'"))]).toEqual([1, 0]);
  });

  it('has clusters of all services, and no PassthroughCluster', () => {
    const { clusters } = configOf(meshOf(ingress + gateway('gw', server("'*'"))), router());
    expect(clusters.map(({ name }) => name)).toEqual([
      'outbound|80||istio-ingressgateway.istio-system.svc.cluster.local',
      'BlackHoleCluster',
    ]);
  });

  it('§1.4 sends to the only port of a service, whatever port it serves itself', () => {
    const web = `\n---\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { clusterIP: 10.96.0.2, ports: [{ name: http, port: 8081 }] }`;
    const [host] = hosts(web + gateway('gw', server("'*'")) + virtualService('a', 'a.example.com'));
    expect(host?.routes[0]?.route?.cluster).toBe('outbound|8081||web.shop.svc.cluster.local');
  });

  it('§2 compares match.port with the port as written', () => {
    const text =
      gateway('gw', server("'*'")) + virtualService('a', 'a.example.com', 'match: [{ port: 80 }],');
    expect(summary(text)).toEqual([['a.example.com', ['a']]]);
  });

  it.each([
    ['gw', 'shop', true],
    ['./gw', 'shop', true],
    ['shop/gw', 'other', true],
    ['gw', 'other', false],
    ['gw.shop.svc.cluster.local', 'other', true],
    ['mesh', 'shop', false],
  ])('§1.4 a VirtualService with gateways: [%s] in namespace %s is bound: %s', (name, namespace, bound) => {
    const text = virtualService('a', 'a.example.com', '', namespace).replace('shop/gw', name);
    const [host] = hosts(gateway('gw', server("'*'")) + text);
    expect(host?.name).toBe(bound ? 'a.example.com:80' : 'blackhole:80');
  });
});
