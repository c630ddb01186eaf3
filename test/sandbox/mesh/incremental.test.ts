import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, meshOf, router, sidecar } from './support/mesh.ts';
import { steps } from './support/arbitrary-mesh.ts';
import { generate } from '../../../sandbox/mesh/generate.ts';
import { MeshState } from '../../../sandbox/mesh/model.ts';
import { isCatchAll } from '../../../sandbox/mesh/route/route-match.ts';
import { runs } from '../../support/properties.ts';
import type { KubeObject } from '../../../sandbox/kube/object.ts';
import type { ProxyNode } from '../../../sandbox/mesh/proxy-node.ts';

// Whatever happens to a mesh, in whatever order: following it step by step gives the config that a fresh look gives.

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
      { numRuns: runs(60) },
    );
  });

  it('forgets the listener of a host that had no cluster when its entry takes another host', () => {
    const entry = (host: string, exportTo: string): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: b, namespace: shop }
spec:
  hosts: [${host}]
  exportTo: ['${exportTo}']
  ports: [{ number: 80, name: tcp, protocol: TCP }]
  resolution: DNS_ROUND_ROBIN
  workloadSelector: { labels: { app: a } }
`;
    const state = meshOf(entry('www.example.com', '*'));
    const client = sidecar();
    const listeners = (): readonly string[] =>
      generate(state.snapshot(), client).listeners.map(({ name }) => name);
    expect(listeners()).toContain('0.0.0.0_80');
    // A name without a dot concerns everybody.
    apply(state, entry('c', '~'));
    expect(listeners()).not.toContain('0.0.0.0_80');
  });

  it('does not depend on which of two services of one name and age came first', () => {
    const entry = `
kind: ServiceEntry
metadata: { name: a }
spec: { hosts: [c], ports: [{ number: 80, name: http, protocol: HTTP }], workloadSelector: { labels: { app: a } } }
`;
    const own = `
kind: Service
metadata: { name: c }
spec: { clusterIP: 10.96.0.2, selector: { app: a }, ports: [{ name: odd, port: 80 }] }
`;
    const config = (text: string): unknown =>
      generate(meshOf(text).snapshot(), sidecar({ labels: { app: 'a' } }));
    expect(config(`${entry}---${own}`)).toEqual(config(`${own}---${entry}`));
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
      { numRuns: runs(40) },
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
      { numRuns: runs(80) },
    );
  });

  it('leaves a name to the service that is called so when an alias of that name has rules of its own', () => {
    const state = meshOf(`
kind: Service
metadata: { name: b, namespace: shop }
spec: { type: ExternalName, externalName: a.default.svc.cluster.local, ports: [{ name: http, port: 80 }] }
---
kind: VirtualService
metadata: { name: a }
spec: { hosts: [b.shop.svc.cluster.local], http: [{ route: [{ destination: { host: a } }] }] }
---
kind: ServiceEntry
metadata: { name: a }
spec: { hosts: [b.shop], ports: [{ number: 80, name: http, protocol: HTTP }] }
`);
    const all = generate(state.snapshot(), sidecar()).routes.flatMap((routes) => routes.virtual_hosts);
    expect(all.filter(({ domains }) => domains.includes('b.shop')).map(({ name }) => name)).toEqual([
      'b.shop:80',
    ]);
  });

  it('leaves an alias’s names to a ServiceEntry that has its very host', () => {
    const state = meshOf(`
kind: Service
metadata: { name: a }
spec: { type: ExternalName, externalName: www.example.com }
---
kind: ServiceEntry
metadata: { name: a }
spec:
  hosts: [a.default.svc.cluster.local, www.example.com]
  ports: [{ number: 80, name: http, protocol: HTTP }]
`);
    const all = generate(state.snapshot(), sidecar()).routes.flatMap((routes) => routes.virtual_hosts);
    const owners = all.filter(({ domains }) => domains.includes('a')).map(({ name }) => name);
    expect(owners).toEqual(['a.default.svc.cluster.local:80']);
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
      { numRuns: runs(50) },
    );
  });
});
