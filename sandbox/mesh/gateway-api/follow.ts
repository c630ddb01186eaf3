import { isDeepStrictEqual } from 'node:util';
import type { Cluster } from '../../kube/cluster.ts';
import type { KubeObject } from '../../kube/object.ts';
import { namespaces, services, type Resource } from '../../kube/resources.ts';
import type { MeshEvent } from '../model.ts';
import {
  gatewayClasses,
  httpRoutes,
  kubeGateways,
  referenceGrants,
  type GatewayApiWorld,
} from './resources.ts';
import { translate } from './translate.ts';

/** The kinds of the Gateway API that the mesh is made from. */
export const gatewayApiKinds: readonly Resource<KubeObject>[] = [
  gatewayClasses,
  kubeGateways,
  httpRoutes,
  referenceGrants,
];

/** As the cluster is now. Kinds that are not served have no objects. */
export const gatewayApiWorld = (cluster: Cluster): GatewayApiWorld => ({
  classes: cluster.list(gatewayClasses),
  gateways: cluster.list(kubeGateways),
  routes: cluster.list(httpRoutes),
  grants: cluster.list(referenceGrants),
  namespaces: cluster.list(namespaces),
  service: (namespace, name) => cluster.get(services, namespace, name),
});

/** What the Gateway API adds to the mesh, change by change. */
export class GatewayApiSource {
  readonly #cluster: Cluster;
  #inUse = false;
  #outdated = false;
  #made = new Map<string, KubeObject>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Tells of a write of one of the Gateway API's kinds. */
  changed(): void {
    this.#inUse = true;
    this.#outdated = true;
  }

  /** Tells of a write of a Service or a Namespace, which matters as soon as there is anything of the Gateway API. */
  surroundingsChanged(): void {
    this.#outdated ||= this.#inUse;
  }

  /** What became different since the last call. Costs nothing where there is no Gateway API. */
  events(): readonly MeshEvent[] {
    if (!this.#outdated) return [];
    this.#outdated = false;
    const before = this.#made;
    this.#made = new Map(
      translate(gatewayApiWorld(this.#cluster)).objects.map((object) => [keyOf(object), object]),
    );
    const gone = [...before].filter(([key]) => !this.#made.has(key));
    const changed = [...this.#made].filter(([key, object]) => !isSame(before.get(key), object));
    return [
      ...gone.map(([, object]) => ({ type: 'DELETED' as const, object })),
      ...changed.map(([, object]) => ({ type: 'MODIFIED' as const, object })),
    ];
  }
}

/** A new status of the Gateway or the route it is from is no change. */
function isSame(old: KubeObject | undefined, next: KubeObject): boolean {
  if (old === undefined) return false;
  const { resourceVersion } = next.metadata;
  return isDeepStrictEqual({ ...old, metadata: { ...old.metadata, resourceVersion } }, next);
}

const keyOf = ({ kind, metadata }: KubeObject): string =>
  `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
