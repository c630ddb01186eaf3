import { describe, expect, it } from 'vitest';
import { apply, configOf, meshOf, router, service, sidecar } from '../support/mesh.ts';
import type { LbEndpoint } from '../../../../sandbox/envoy/config.ts';
import type { MeshState } from '../../../../sandbox/mesh/model.ts';

const slice = (endpoints: string, name = 'web-1'): string => `
---
kind: EndpointSlice
metadata: { name: ${name}, labels: { kubernetes.io/service-name: web } }
ports: [{ name: http, port: 3000 }]
endpoints: [${endpoints}]
`;

const pod = (name: string, labels: string, more = ''): string => `
---
kind: Pod
metadata: { name: ${name}, labels: { ${labels} }, ${more} }
`;

const members = (state: MeshState, subset = ''): readonly LbEndpoint[] =>
  configOf(state)
    .endpoints.filter(
      ({ cluster_name: name }) => name === `outbound|80|${subset}|web.default.svc.cluster.local`,
    )
    .flatMap(({ endpoints }) => endpoints.flatMap(({ lb_endpoints: list }) => list));
const addresses = (state: MeshState, subset?: string): string[] =>
  members(state, subset).map(({ endpoint }) => endpoint.address.socket_address.address);
const workload = (text: string): unknown =>
  members(meshOf(service('web') + text))[0]?.metadata?.filter_metadata['istio'];

describe('§4.5 endpoints', () => {
  it.each([
    ['{ addresses: [10.0.0.1], conditions: { ready: true } }', ['10.0.0.1']],
    ['{ addresses: [10.0.0.1], conditions: { ready: false } }', []],
    ['{ addresses: [10.0.0.1] }', ['10.0.0.1']],
  ])('%s: %j', (endpoint, expected) => {
    expect(addresses(meshOf(service('web') + slice(endpoint)))).toEqual(expected);
  });

  it('are those of all slices of the service', () => {
    const state = meshOf(
      service('web') + slice('{ addresses: [10.0.0.1] }') + slice('{ addresses: [10.0.0.2] }', 'web-2'),
    );
    expect(addresses(state)).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('of a subset have all its labels', () => {
    const rule =
      '\n---\nkind: DestinationRule\nmetadata: { name: web }\nspec: { host: web, subsets: [{ name: v1, labels: { version: v1 } }, { name: none, labels: { version: v9 } }] }';
    const state = meshOf(
      service('web') +
        rule +
        slice(
          '{ addresses: [10.0.0.1], targetRef: { kind: Pod, name: a } }, { addresses: [10.0.0.2], targetRef: { kind: Pod, name: b } }',
        ) +
        pod('a', 'version: v1, app: web') +
        pod('b', 'version: v2'),
    );
    expect([addresses(state), addresses(state, 'v1'), addresses(state, 'none')]).toEqual([
      ['10.0.0.1', '10.0.0.2'],
      ['10.0.0.1'],
      [],
    ]);
    apply(state, pod('b', 'version: v1'));
    expect(addresses(state, 'v1')).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('keep other config as it is when they change', () => {
    const state = meshOf(service('web'));
    const node = sidecar();
    const before = configOf(state, node);
    apply(state, slice('{ addresses: [10.0.0.1] }'));
    const after = configOf(state, node);
    expect(after.endpoints).not.toBe(before.endpoints);
    expect(
      [after.clusters, after.routes, after.listeners].map(
        (list, index) => list === [before.clusters, before.routes, before.listeners][index],
      ),
    ).toEqual([true, true, true]);
  });
});

describe('§1.3 metadata of endpoints', () => {
  const one = slice('{ addresses: [10.0.0.1], targetRef: { kind: Pod, name: web-5f-x } }');

  it.each([
    ['a bare pod', pod('web-5f-x', ''), 'web-5f-x;default;web-5f-x;;Kubernetes'],
    [
      'app and version labels',
      pod('web-5f-x', 'app: web, version: v1'),
      'web-5f-x;default;web;v1;Kubernetes',
    ],
    [
      'canonical labels before others',
      pod(
        'web-5f-x',
        'app: web, service.istio.io/canonical-name: shop, service.istio.io/canonical-revision: latest',
      ),
      'web-5f-x;default;shop;;Kubernetes',
    ],
    [
      'the Deployment of a ReplicaSet',
      pod(
        'web-5f-x',
        'pod-template-hash: 5f',
        'ownerReferences: [{ kind: ReplicaSet, name: web-5f, controller: true }]',
      ),
      'web;default;web;;Kubernetes',
    ],
    [
      'another owner by its own name',
      pod('web-5f-x', '', 'ownerReferences: [{ kind: StatefulSet, name: db, controller: true }]'),
      'db;default;db;;Kubernetes',
    ],
  ])('%s', (_, text, expected) => {
    expect(workload(one + text)).toEqual({ workload: expected });
  });

  it.each([
    ['security.istio.io/tlsMode: istio', { tlsMode: 'istio' }],
    ['app: web', undefined],
  ])('§4.4 a pod with { %s } is reached with %j', (labels, expected) => {
    const [member] = members(meshOf(service('web') + one + pod('web-5f-x', labels)));
    expect(member?.metadata?.filter_metadata['envoy.transport_socket_match']).toEqual(expected);
  });
});

describe('§1.1 headless services', () => {
  const headless = service('web').replace(/clusterIP: .*/u, 'clusterIP: None');
  const one = slice('{ addresses: [10.0.0.1], targetRef: { kind: Pod, name: a } }');
  const name = 'outbound|80||web.default.svc.cluster.local';
  const meshed = pod('a', 'security.istio.io/tlsMode: istio');

  it.each([
    ['sidecars as the address the client chose', sidecar(), 'ORIGINAL_DST', 0],
    ['gateways as endpoints', router(), 'EDS', 1],
  ])('are known to %s', (_, node, type, assignments) => {
    const { clusters, endpoints } = configOf(meshOf(headless + one), node);
    expect(clusters.find((cluster) => cluster.name === name)?.type).toBe(type);
    expect(endpoints).toHaveLength(assignments);
  });

  it.each([
    ['every pod has a sidecar', one + meshed, true],
    ['a pod has none', one + pod('a', ''), false],
    ['there is no pod', '', false],
  ])('§4.4 get mutual TLS where %s: %s', (_, text, mutual) => {
    const cluster = configOf(meshOf(headless + text)).clusters.find((entry) => entry.name === name);
    expect([cluster?.transport_socket !== undefined, cluster?.transport_socket_matches]).toEqual([
      mutual,
      undefined,
    ]);
  });
});
