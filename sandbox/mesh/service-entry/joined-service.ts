import type { MeshService } from '../kube/service.ts';

/**
 * The claims that make up a host: the first, and for a ServiceEntry's host the others of its namespace that are of the
 * same sort. (Istio merges ServiceEntries that give one host several ports.)
 */
export function joinable(claims: readonly MeshService[]): readonly MeshService[] {
  const [first, ...others] = claims;
  if (first === undefined || others.length === 0 || first.registry === 'Kubernetes')
    return claims.slice(0, 1);
  const alike = others.filter(
    ({ registry, namespace, discovery, external }) =>
      registry === 'External' &&
      namespace === first.namespace &&
      discovery === first.discovery &&
      external === first.external,
  );
  return [first, ...alike];
}

/** One service with the ports of all; of two claims to a port the first has it. */
export function joinedService(claims: readonly MeshService[]): MeshService | undefined {
  const [first, ...others] = joinable(claims);
  if (first === undefined || others.length === 0) return first;
  const ports = new Map(first.ports.map((port) => [port.port, port]));
  for (const port of others.flatMap((claim) => claim.ports))
    if (!ports.has(port.port)) ports.set(port.port, port);
  const addresses = new Set([first, ...others].flatMap((claim) => claim.addresses));
  return { ...first, ports: [...ports.values()], addresses: [...addresses] };
}
