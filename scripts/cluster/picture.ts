// What a cluster looks like to somebody who asks why a request went wrong: its objects, what each proxy was given and
// has seen, and the chaos that is on. Taken through the API alone, so it is the same on every engine.

import type { ClusterClient } from './client.ts';
import { containersOf, hasProxy, isRunning } from './containers.ts';
import { printed } from './exec.ts';
import { chaosOf, type SeenChaos } from './chaos.ts';
import { listAnalyzed, listKinds } from './list-analyzed.ts';
import type { Pod } from '../../sandbox/kube/resources.ts';
import type { AnyObject } from '../../sandbox/kube/object.ts';
import type { GatewayClass, KubeGateway } from '../../sandbox/mesh/gateway-api/resources.ts';

export interface Picture {
  /** Of the kinds that decide about traffic, in all namespaces. */
  readonly objects: readonly AnyObject[];
  /** Its Gateways have the name of Istio's, and are others. */
  readonly gatewayApi: GatewayApi;
  readonly proxies: readonly SeenProxy[];
  readonly chaos: readonly SeenChaos[];
}

export interface GatewayApi {
  readonly gateways: readonly (KubeGateway & AnyObject)[];
  readonly classes: readonly GatewayClass[];
}

/** A pod's proxy. */
export interface SeenProxy {
  readonly pod: Pod;
  /** A gateway, and no sidecar. */
  readonly isRouter: boolean;
  /** Envoy's /config_dump with endpoints; undefined when the proxy did not answer. */
  readonly dump: string | undefined;
  /** Its /stats/prometheus. */
  readonly stats: string;
}

const furtherKinds = [
  ['discovery.k8s.io/v1', 'EndpointSlice'],
  ['v1', 'Event'],
  ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
] as const;

const gatewayApiKinds = [
  ['gateway.networking.k8s.io/v1', 'Gateway'],
  ['gateway.networking.k8s.io/v1', 'GatewayClass'],
] as const;

/** Proxies and chaos are looked at in these namespaces only; gateways everywhere. */
export async function takePicture(
  cluster: ClusterClient,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<Picture> {
  const [analyzed, further, gateways] = await Promise.all([
    listAnalyzed(cluster),
    listKinds(cluster, furtherKinds),
    listKinds(cluster, gatewayApiKinds),
  ]);
  const objects = asOnTheWire([...analyzed, ...further]);
  const pods = objects.filter(
    (object): object is Pod & AnyObject => object.kind === 'Pod' && isRunning(object as Pod & AnyObject),
  );
  const concerned = pods.filter((pod) => isRouter(pod) || namespaces.includes(pod.metadata.namespace ?? ''));
  const [proxies, chaos] = await Promise.all([
    Promise.all(concerned.filter(hasProxy).map(async (pod) => proxyOf(cluster, pod, signal))),
    Promise.all(concerned.map(async (pod) => chaosOf(cluster, pod, signal))),
  ]);
  return {
    objects,
    gatewayApi: gatewayApiOf(asOnTheWire(gateways)),
    proxies,
    chaos: chaos.flatMap((seen) => seen ?? []),
  };
}

/** The client turns times into Date objects. */
const asOnTheWire = (objects: readonly AnyObject[]): readonly AnyObject[] =>
  JSON.parse(JSON.stringify(objects)) as readonly AnyObject[];

const gatewayApiOf = (objects: readonly AnyObject[]): GatewayApi => ({
  gateways: objects.filter(({ kind }) => kind === 'Gateway') as unknown as GatewayApi['gateways'],
  classes: objects.filter(({ kind }) => kind === 'GatewayClass') as unknown as GatewayApi['classes'],
});

const isRouter = (pod: Pod): boolean =>
  containersOf(pod).some(({ name, args }) => name === 'istio-proxy' && args?.[1] === 'router');

async function proxyOf(cluster: ClusterClient, pod: Pod, signal: AbortSignal): Promise<SeenProxy> {
  const ask = async (path: string): Promise<string | undefined> =>
    printed(cluster, pod, 'istio-proxy', ['pilot-agent', 'request', 'GET', path], signal);
  const [dump, stats = ''] = await Promise.all([ask('config_dump?include_eds'), ask('stats/prometheus')]);
  return { pod, isRouter: isRouter(pod), dump, stats };
}
