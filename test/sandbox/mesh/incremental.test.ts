import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completed, router, sidecar } from './support/mesh.ts';
import { generate } from '../../../sandbox/mesh/generate.ts';
import { MeshState } from '../../../sandbox/mesh/model.ts';
import { isCatchAll } from '../../../sandbox/mesh/route/route-match.ts';
import type { KubeObject } from '../../../sandbox/kube/object.ts';
import type { ProxyNode } from '../../../sandbox/mesh/proxy-node.ts';

// Whatever happens to a mesh, in whatever order: following it step by step gives the config that a fresh look gives.

const namespaces = fc.constantFrom('default', 'shop');
const names = fc.constantFrom('a', 'b', 'c');
const seconds = fc.constantFrom('2025-04-01T10:00:00Z', '2025-04-01T10:00:01Z');
const exportTo = fc.constantFrom(undefined, ['.'], ['*'], ['shop'], ['~']);

const hosts = fc.constantFrom(
  'a',
  'b',
  'a.default.svc.cluster.local',
  'b.shop.svc.cluster.local',
  'a.default',
  'b.shop.svc',
  '*.svc.cluster.local',
  '*.default.svc.cluster.local',
  'www.example.com',
  '*.example.com',
  '*',
  '10.96.0.1',
);

const objectOf = (kind: string, rest: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<KubeObject> =>
  fc
    .tuple(names, namespaces, seconds, rest)
    .map(([name, namespace, creationTimestamp, { metadata, ...fields }]) =>
      completed({
        apiVersion: 'v1',
        kind,
        metadata: { ...(metadata as object), name, namespace, creationTimestamp } as KubeObject['metadata'],
        ...fields,
      }),
    );

const port = fc.constantFrom(
  { name: 'http', port: 80, targetPort: 3000 },
  { name: 'http-more', port: 8080, targetPort: 'web' },
  { name: 'odd', port: 80 },
  { name: 'tcp', port: 80 },
  { name: 'odd', port: 9000 },
);

/** No two services share an address. */
function withAddress(made: KubeObject): KubeObject {
  const { metadata, spec } = made as KubeObject & { spec: { clusterIP: string } };
  const address = `10.96.${metadata.namespace === 'default' ? 0 : 1}.${'abc'.indexOf(metadata.name)}`;
  return { ...made, spec: { ...spec, ...(spec.clusterIP === '' && { clusterIP: address }) } } as KubeObject;
}

const service = objectOf(
  'Service',
  fc.record({
    metadata: fc.record({ annotations: fc.constantFrom({}, { 'networking.istio.io/exportTo': '.' }) }),
    spec: fc.record({
      clusterIP: fc.constantFrom('', '', 'None'),
      selector: fc.constantFrom({ app: 'a' }, { app: 'b' }, { istio: 'ingressgateway' }),
      ports: fc.uniqueArray(port, { minLength: 1, maxLength: 2, selector: (entry) => entry.port }),
    }),
  }),
).map(withAddress);

const destination = fc.record(
  { host: hosts, subset: fc.constantFrom('v1', 'v2'), port: fc.constant({ number: 80 }) },
  { requiredKeys: ['host'] },
);

const rule = fc.record(
  {
    name: names,
    match: fc.array(
      fc.record(
        {
          uri: fc.constantFrom({ prefix: '/' }, { exact: '/x' }),
          sourceLabels: fc.constant({ app: 'a' }),
          gateways: fc.constantFrom(['mesh'], ['shop/a'], ['a']),
          port: fc.constantFrom(80, 8080),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 2 },
    ),
    route: fc.array(fc.record({ destination, weight: fc.constantFrom(0, 1) }), {
      minLength: 1,
      maxLength: 2,
    }),
    delegate: fc.record({ name: names, namespace: namespaces }),
  },
  { requiredKeys: ['route'] },
);

const virtualService = objectOf(
  'VirtualService',
  fc.record({
    spec: fc.record({
      hosts: fc.uniqueArray(hosts, { maxLength: 3 }),
      gateways: fc.constantFrom([], ['mesh'], ['a'], ['mesh', 'shop/a', 'default/a']),
      exportTo,
      http: fc.array(rule, { minLength: 1, maxLength: 3 }),
    }),
  }),
);

const destinationRule = objectOf(
  'DestinationRule',
  fc.record({
    spec: fc.record({
      host: hosts,
      exportTo,
      workloadSelector: fc.constantFrom(undefined, { matchLabels: { app: 'a' } }),
      trafficPolicy: fc.constantFrom(undefined, { loadBalancer: { consistentHash: { useSourceIp: true } } }),
      subsets: fc.constantFrom([], [{ name: 'v1', labels: { version: 'v1' } }]),
    }),
  }),
);

const gateway = objectOf(
  'Gateway',
  fc.record({
    spec: fc.record({
      selector: fc.constantFrom({ istio: 'ingressgateway' }, { istio: 'other' }),
      servers: fc.array(
        fc.record({
          port: fc.constantFrom({ number: 80, protocol: 'HTTP' }, { number: 8080, protocol: 'HTTP' }),
          hosts: fc.uniqueArray(fc.constantFrom('*', 'a', '*.example.com', 'shop/*', './*'), {
            minLength: 1,
          }),
          tls: fc.constantFrom(undefined, { httpsRedirect: true }),
        }),
        { maxLength: 2 },
      ),
    }),
  }),
);

const slice = objectOf(
  'EndpointSlice',
  fc.record({
    metadata: fc.record({ labels: fc.constantFrom({ 'kubernetes.io/service-name': 'a' }, {}) }),
    ports: fc.constant([{ name: 'http', port: 3000 }]),
    endpoints: fc.array(
      fc.record({
        addresses: fc.constantFrom(['10.0.0.1'], ['10.0.0.2']),
        conditions: fc.constantFrom({ ready: true }, { ready: false }, {}),
        targetRef: names.map((name) => ({ kind: 'Pod', name })),
      }),
      { maxLength: 2 },
    ),
  }),
);

const pod = objectOf(
  'Pod',
  fc.record({ metadata: fc.record({ labels: fc.constantFrom({ version: 'v1' }, { version: 'v2' }) }) }),
);

const steps = fc.array(
  fc.record({
    object: fc.oneof(service, service, virtualService, virtualService, destinationRule, gateway, slice, pod),
    gone: fc.nat(4).map((roll) => roll === 0),
  }),
  { minLength: 1, maxLength: 12 },
);

const nodes = (): ProxyNode[] => [
  sidecar({ labels: { app: 'a' }, ports: [{ name: 'web', containerPort: 3001 }] }),
  sidecar({ namespace: 'shop', labels: { app: 'b' } }),
  router({ namespace: 'shop' }),
];

const keyOf = ({ kind, metadata }: KubeObject): string =>
  `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

describe('config made step by step', () => {
  it('equals config made at once', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const state = new MeshState();
        const followed = nodes();
        const current = new Map<string, KubeObject>();
        for (const step of sequence) {
          const known = current.get(keyOf(step.object));
          if (step.gone) current.delete(keyOf(step.object));
          else current.set(keyOf(step.object), step.object);
          state.apply({
            type: step.gone ? 'DELETED' : 'MODIFIED',
            object: step.gone ? (known ?? step.object) : step.object,
          });

          const fresh = new MeshState();
          for (const object of current.values()) fresh.apply({ type: 'ADDED', object });
          expect(followed.map((node) => generate(state.snapshot(), node))).toEqual(
            nodes().map((node) => generate(fresh.snapshot(), node)),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('stays the same object when an event repeats what is known', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const state = new MeshState();
        const followed = nodes();
        for (const { object } of sequence) state.apply({ type: 'ADDED', object });
        const before = followed.map((node) => generate(state.snapshot(), node));
        const last = new Map(sequence.map(({ object }) => [keyOf(object), object]));
        for (const object of last.values())
          state.apply({ type: 'MODIFIED', object: structuredClone(object) });
        const after = followed.map((node) => generate(state.snapshot(), node));
        for (const [index, config] of after.entries()) expect(config).toBe(before[index]);
      }),
      { numRuns: 40 },
    );
  });

  it('never has two virtual hosts of one configuration answer to the same domain or name (Envoy refuses that)', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const state = new MeshState();
        for (const { object } of sequence) state.apply({ type: 'ADDED', object });
        for (const node of nodes()) {
          for (const { virtual_hosts: all } of generate(state.snapshot(), node).routes) {
            const domains = all.flatMap((host) => host.domains);
            expect(domains).toEqual([...new Set(domains)]);
            expect(all.map(({ name }) => name)).toEqual([...new Set(all.map(({ name }) => name))]);
          }
        }
      }),
      { numRuns: 80 },
    );
  });

  it('puts nothing behind a route that takes everything, but other such routes', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const state = new MeshState();
        for (const { object } of sequence) state.apply({ type: 'ADDED', object });
        for (const node of nodes()) {
          for (const { virtual_hosts: all } of generate(state.snapshot(), node).routes) {
            for (const { routes } of all) {
              const first = routes.findIndex(({ match }) => isCatchAll(match));
              const behind = first < 0 ? [] : routes.slice(first);
              expect(behind.every(({ match }) => isCatchAll(match))).toBe(true);
            }
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});
