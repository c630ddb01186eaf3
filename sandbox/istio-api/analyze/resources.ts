// The objects to analyze, by kind, and what is known of hosts.

import { entryOf } from '../../mesh/model/multi-map.ts';
import { hasLabels, type Labels } from '../../mesh/kube/workload.ts';
import { isSubsetOf, resolveHost } from '../../mesh/host.ts';
import type { AnyObject } from '../../kube/object.ts';

export class Resources {
  readonly #byKind = new Map<string, AnyObject[]>();
  readonly #gatewayApi: readonly AnyObject[];
  /** Host names that services and ServiceEntries have, with their ports. */
  readonly #hosts = new Map<string, readonly number[]>();

  constructor(objects: readonly AnyObject[]) {
    this.#gatewayApi = objects.filter(isOfGatewayApi);
    for (const object of objects) {
      // The Gateway API has a Gateway too.
      if (isOfGatewayApi(object)) continue;
      this.#byKind.set(object.kind, [...this.of(object.kind), object]);
    }
    for (const { metadata, ...service } of this.of('Service')) {
      const ports = fieldsOf(service, 'ports').map(({ port }) => Number(port));
      this.#hosts.set(`${metadata.name}.${metadata.namespace ?? ''}.svc.cluster.local`, ports);
    }
    for (const entry of this.of('ServiceEntry')) {
      const ports = fieldsOf(entry, 'ports').map(({ number }) => Number(number));
      const { hosts = [] } = specOf(entry) as { hosts?: readonly string[] };
      for (const host of hosts) this.#hosts.set(host, ports);
    }
  }

  of(kind: string): readonly AnyObject[] {
    return this.#byKind.get(kind) ?? [];
  }

  ofGatewayApi(kind: string): readonly AnyObject[] {
    return this.#gatewayApi.filter((object) => object.kind === kind);
  }

  /** Ports of a host as an object of `namespace` writes it; undefined: nobody has this host. */
  portsOf(host: string, namespace: string): readonly number[] | undefined {
    const name = resolveHost(host, namespace);
    const found = this.#hosts.get(name);
    if (found !== undefined) return found;
    return [...this.#hosts].find(([known]) => isSubsetOf(name, known))?.[1];
  }

  /** Whether pods of a namespace with these labels get a sidecar. */
  injects(namespace: string, labels: Labels): boolean {
    const own = labels['sidecar.istio.io/inject'];
    if (own !== undefined) return own === 'true';
    const owner = this.of('Namespace').find(({ metadata }) => metadata.name === namespace);
    return owner?.metadata.labels?.['istio-injection'] === 'enabled';
  }

  hasPods(selector: Labels, namespace: string | undefined): boolean {
    return this.of('Pod').some(
      ({ metadata }) =>
        (namespace === undefined || metadata.namespace === namespace) &&
        hasLabels(metadata.labels ?? {}, selector),
    );
  }
}

const isOfGatewayApi = ({ apiVersion }: AnyObject): boolean =>
  apiVersion.startsWith('gateway.networking.k8s.io/');

export const specOf = (object: object): Record<string, unknown> =>
  (object as { spec?: Record<string, unknown> }).spec ?? {};

/** A list of objects in the spec. */
export const fieldsOf = (object: object, field: string): readonly Record<string, unknown>[] =>
  (specOf(object)[field] ?? []) as readonly Record<string, unknown>[];

export const systemNamespaces: ReadonlySet<string> = new Set([
  'istio-system',
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'local-path-storage',
]);

/** `namespace/name`; the name alone of what has no namespace. */
export const nameOf = ({ metadata: { namespace = '', name } }: AnyObject): string =>
  namespace === '' ? name : `${namespace}/${name}`;

/** `app=web,version=v1`, by name. */
export const selectorText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join(',');

export function groupedBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) entryOf(groups, keyOf(item), (): T[] => []).push(item);
  return groups;
}
