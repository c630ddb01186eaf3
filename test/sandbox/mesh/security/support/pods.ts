// webapp calls web, both with a proxy; plain is a pod without one.

import { MeshWorld, type MeshPod } from '../../../proxy/support/mesh-world.ts';

export interface Pods extends AsyncDisposable {
  readonly world: MeshWorld;
  readonly client: MeshPod;
  readonly server: MeshPod;
  readonly plain: MeshPod;
}

export async function start(policies = ''): Promise<Pods> {
  const world = new MeshWorld();
  const server = await world.pod('web');
  const client = await world.pod('webapp');
  const plain = await world.pod('plain', { proxy: 'none' });
  world.apply(policies);
  return { world, client, server, plain, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

/** An AuthorizationPolicy. */
export const policy = (spec: string, name = 'web', more = ''): string => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}${more} }
spec: ${spec}
`;
