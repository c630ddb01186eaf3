// The variables that tell a container where the services of its namespace are (the "Docker links" of Kubernetes).

import type { Cluster } from '../../kube/cluster.ts';
import { services, type Service } from '../../kube/resources.ts';

/** Services of the namespace, and `kubernetes` of namespace default, in the order of their names. */
export function serviceVariables(
  cluster: Cluster,
  namespace: string,
  links: boolean,
): ReadonlyMap<string, string> {
  const env = new Map<string, string>();
  const kubernetes = cluster.get(services, 'default', 'kubernetes');
  if (kubernetes !== undefined) addService(env, kubernetes);
  if (links) for (const service of cluster.list(services, namespace)) addService(env, service);
  return env;
}

function addService(env: Map<string, string>, { metadata, spec = {} }: Service): void {
  const ip = spec.clusterIP ?? '';
  const ports = spec.ports ?? [];
  const [first] = ports;
  if (ip === '' || ip === 'None' || first === undefined) return;
  const prefix = upper(metadata.name);
  env.set(`${prefix}_SERVICE_HOST`, ip);
  env.set(`${prefix}_SERVICE_PORT`, String(first.port));
  for (const { name, port } of ports) {
    if (name !== undefined && name !== '') env.set(`${prefix}_SERVICE_PORT_${upper(name)}`, String(port));
  }
  env.set(`${prefix}_PORT`, `${(first.protocol ?? 'TCP').toLowerCase()}://${ip}:${first.port}`);
  for (const { port, protocol = 'TCP' } of ports) {
    const name = `${prefix}_PORT_${port}_${protocol}`;
    env.set(name, `${protocol.toLowerCase()}://${ip}:${port}`);
    env.set(`${name}_PROTO`, protocol.toLowerCase());
    env.set(`${name}_PORT`, String(port));
    env.set(`${name}_ADDR`, ip);
  }
}

const upper = (name: string): string => name.toUpperCase().replaceAll('-', '_');
