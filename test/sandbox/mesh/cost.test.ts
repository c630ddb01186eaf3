import { describe, expect, it } from 'vitest';
import { completed, router, sidecar } from './support/mesh.ts';
import { generate } from '../../../sandbox/mesh/generate.ts';
import { MeshState } from '../../../sandbox/mesh/model.ts';
import type { KubeObject } from '../../../sandbox/kube/object.ts';

// What one more rule costs is counted, not timed: reads of resources that the change is not about.

let reads = 0;

/** An object's spec that counts how often it is looked into. */
const counting = <T extends object>(value: T): T =>
  new Proxy(value, {
    get(target, field, receiver) {
      reads += 1;
      const found: unknown = Reflect.get(target, field, receiver);
      return typeof found === 'object' && found !== null ? counting(found) : found;
    },
  });

const object = (kind: string, name: string, spec: object): KubeObject =>
  completed({
    apiVersion: 'v1',
    kind,
    metadata: { name } as KubeObject['metadata'],
    spec: counting(spec),
  } as KubeObject);

const service = (index: number): KubeObject =>
  object('Service', `s${index}`, {
    clusterIP: `10.96.${index >> 8}.${index & 255}`,
    selector: { app: `s${index}` },
    ports: [{ name: 'http', port: 80 }],
  });

const rule = (index: number, attempts: number): KubeObject =>
  object('VirtualService', `s${index}`, {
    hosts: [`s${index}`, `s${index}.example.com`],
    gateways: ['mesh', 'all'],
    http: [{ route: [{ destination: { host: `s${index}` } }], retries: { attempts } }],
  });

function meshOf(size: number): MeshState {
  const state = new MeshState();
  state.apply({
    type: 'ADDED',
    object: object('Gateway', 'all', {
      servers: [{ port: { number: 8080, protocol: 'HTTP' }, hosts: ['*'] }],
    }),
  });
  for (let index = 0; index < size; index += 1) {
    state.apply({ type: 'ADDED', object: service(index) });
    state.apply({ type: 'ADDED', object: rule(index, 1) });
  }
  return state;
}

describe.each([
  ['a sidecar', sidecar()],
  ['a gateway', router()],
])('one changed rule at %s', (_, node) => {
  const cost = (size: number): { reads: number; fresh: number } => {
    const state = meshOf(size);
    const before = generate(state.snapshot(), node);
    reads = 0;
    state.apply({ type: 'MODIFIED', object: rule(3, 2) });
    const after = generate(state.snapshot(), node);
    const known = new Set(before.routes.flatMap(({ virtual_hosts: hosts }) => hosts));
    const fresh = after.routes
      .flatMap(({ virtual_hosts: hosts }) => hosts)
      .filter((host) => !known.has(host));
    expect(after.clusters).toBe(before.clusters);
    expect(after.endpoints).toBe(before.endpoints);
    expect(after.listeners).toBe(before.listeners);
    return { reads, fresh: fresh.length };
  };

  it('reads and makes no more in a mesh of 400 services than in one of 10', () => {
    const small = cost(10);
    expect(small.reads).toBeGreaterThan(0);
    expect(small.fresh).toBeLessThanOrEqual(2);
    expect(cost(400)).toEqual(small);
  });
});
