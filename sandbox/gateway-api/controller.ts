// istiod's controllers for the Gateway API: the classes, what managed gateways need, and every status.

import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock/clock.ts';
import { createQueue } from '../controllers/queue.ts';
import { createTurns } from '../controllers/turns.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { AnyObject, KubeObject, ResourceName } from '../kube/object.ts';
import { customResourceDefinitions, namespaces, secrets, services } from '../kube/resources.ts';
import { isManaged } from '../mesh/gateway-api/addresses.ts';
import { builtinClasses } from '../mesh/gateway-api/classes.ts';
import { gatewayApiKinds, gatewayApiWorld } from '../mesh/gateway-api/follow.ts';
import {
  gatewayClasses,
  gatewayGroup,
  httpRoutes,
  kubeGateways,
  type GatewayClass,
} from '../mesh/gateway-api/resources.ts';
import { translate } from '../mesh/gateway-api/translate.ts';
import { conditions } from './conditions.ts';
import { gatewayStatus } from './gateway-status.ts';
import { managedObjects, type ManagedObject } from './managed-gateway.ts';
import { routeParents } from './route-status.ts';

export interface GatewayApiOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

const definition = `gateways.${gatewayGroup}`;

/** Does nothing until the Gateway API's definitions are there. Returns how to stop it. */
export function startGatewayApi({ cluster, clock, log }: GatewayApiOptions): () => void {
  const turns = createTurns();
  const isServed = (): boolean => cluster.get(customResourceDefinitions, '', definition) !== undefined;
  const queue = createQueue({
    name: 'gateway api',
    clock,
    turns,
    log,
    reconcile: () => {
      if (isServed()) reconcile(cluster, clock);
    },
  });
  const around: ResourceName[] = [services, namespaces, secrets, customResourceDefinitions];
  const unwatch = [...gatewayApiKinds, ...around].map((resource) =>
    cluster.watch<KubeObject>(resource, () => queue.add('all')),
  );
  return () => {
    for (const stop of unwatch) stop();
    queue.close();
    turns.close();
  };
}

function reconcile(cluster: Cluster, clock: Clock): void {
  for (const { name, ...spec } of builtinClasses) {
    if (cluster.get(gatewayClasses, '', name) !== undefined) continue;
    cluster.create(gatewayClasses, {
      apiVersion: `${gatewayGroup}/v1`,
      kind: 'GatewayClass',
      metadata: { name },
      spec,
    });
  }
  const world = gatewayApiWorld(cluster);
  for (const gatewayClass of world.classes) acceptClass(cluster, clock, gatewayClass);
  const { gateways, routes } = translate(world);
  for (const { gateway } of gateways) {
    if (!isManaged(gateway) || gateway.metadata.deletionTimestamp !== undefined) continue;
    for (const each of managedObjects(gateway)) ensure(cluster, each);
  }
  for (const translated of gateways) {
    const { gateway } = translated;
    const status = gatewayStatus(translated, world.grants, cluster, clock);
    if (!isDeepStrictEqual(status, gateway.status))
      cluster.updateStatus(kubeGateways, { ...gateway, status });
  }
  for (const translated of routes) {
    const { route } = translated;
    const parents = routeParents(translated, clock);
    if (parents.length === 0 && route.status === undefined) continue;
    if (!isDeepStrictEqual(parents, route.status?.parents)) {
      cluster.updateStatus(httpRoutes, { ...route, status: { parents } });
    }
  }
}

function acceptClass(cluster: Cluster, clock: Clock, gatewayClass: GatewayClass): void {
  const { spec, status, metadata } = gatewayClass;
  if (!builtinClasses.some(({ controllerName }) => controllerName === spec.controllerName)) return;
  const message = 'Handled by Istio controller';
  const made = conditions(
    [{ type: 'Accepted', reason: 'Accepted', message }],
    status?.conditions,
    metadata.generation,
    clock,
  );
  if (isDeepStrictEqual(made, status?.conditions)) return;
  cluster.updateStatus(gatewayClasses, { ...gatewayClass, status: { conditions: made } });
}

/** Creates what is missing, and sets again what the Gateway decides. Objects of others are left alone. */
function ensure(cluster: Cluster, { resource, object }: ManagedObject): void {
  const { name, namespace = '' } = object.metadata;
  const found = cluster.get(resource, namespace, name) as AnyObject | undefined;
  if (found === undefined) {
    cluster.create(resource, object);
    return;
  }
  const owner = object.metadata.ownerReferences?.[0]?.uid;
  if (found.metadata.ownerReferences?.some(({ uid }) => uid === owner) !== true) return;
  if (object.kind !== 'Service') return;
  const spec = { ...(found['spec'] as object), ...servicePorts(found, object) };
  cluster.update(resource, { ...found, spec } as KubeObject);
}

interface Port {
  readonly port: number;
  readonly nodePort?: number;
}

/** Ports keep the node ports they have. */
function servicePorts(found: AnyObject, object: ManagedObject['object']): object {
  const before = (found['spec'] as { ports?: readonly Port[] }).ports ?? [];
  const { type, ports } = object['spec'] as { type: string; ports: readonly Port[] };
  const kept = ports.map((port) => {
    const nodePort = before.find((each) => each.port === port.port)?.nodePort;
    return nodePort === undefined || type === 'ClusterIP' ? port : { ...port, nodePort };
  });
  return { type, ports: kept };
}
