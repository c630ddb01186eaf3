// What a cluster looks like to somebody who asks why a request went wrong: its objects, what each proxy was given and
// has seen, and the chaos that is on. Taken through the API alone, so it is the same on every engine.

import { apiCode } from './api-error.ts';
import type { ClusterClient } from './client.ts';
import { execInPod } from './exec.ts';
import { listAnalyzed, listKinds } from './list-analyzed.ts';
import { LabError } from '../error.ts';
import type { Pod } from '../../sandbox/kube/resources.ts';
import type { AnyObject } from '../../sandbox/kube/object.ts';

export interface Picture {
  /** Of the kinds that decide about traffic, in all namespaces. */
  readonly objects: readonly AnyObject[];
  readonly proxies: readonly SeenProxy[];
  readonly chaos: readonly SeenChaos[];
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

/** Orders of chaos in a pod of the catalog, as GET /blowup shows them. */
export interface SeenChaos {
  readonly pod: Pod;
  readonly orders: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const furtherKinds = [
  ['discovery.k8s.io/v1', 'EndpointSlice'],
  ['v1', 'Event'],
  ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
] as const;

/** Proxies and chaos are looked at in these namespaces only; gateways everywhere. */
export async function takePicture(
  cluster: ClusterClient,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<Picture> {
  const lists = await Promise.all([listAnalyzed(cluster), listKinds(cluster, furtherKinds)]);
  // As on the wire: the client turns times into Date objects.
  const objects = JSON.parse(JSON.stringify(lists.flat())) as readonly AnyObject[];
  const pods = objects.filter((object): object is Pod & AnyObject => isRunningPod(object));
  const concerned = pods.filter((pod) => isRouter(pod) || namespaces.includes(pod.metadata.namespace ?? ''));
  const [proxies, chaos] = await Promise.all([
    Promise.all(concerned.filter(hasProxy).map(async (pod) => proxyOf(cluster, pod, signal))),
    Promise.all(concerned.map(async (pod) => chaosOf(cluster, pod, signal))),
  ]);
  return { objects, proxies, chaos: chaos.flatMap((seen) => seen ?? []) };
}

const isRunningPod = ({ kind, metadata, ...object }: AnyObject): boolean =>
  kind === 'Pod' &&
  metadata.deletionTimestamp === undefined &&
  (object as { status?: { phase?: string } }).status?.phase === 'Running';

const containersOf = ({ spec }: Pod): NonNullable<Pod['spec']>['containers'] => [
  ...(spec?.containers ?? []),
  ...(spec?.initContainers ?? []),
];

export const hasProxy = (pod: Pod): boolean => containersOf(pod).some(({ name }) => name === 'istio-proxy');

const isRouter = (pod: Pod): boolean =>
  containersOf(pod).some(({ name, args }) => name === 'istio-proxy' && args?.[1] === 'router');

async function proxyOf(cluster: ClusterClient, pod: Pod, signal: AbortSignal): Promise<SeenProxy> {
  const ask = async (path: string): Promise<string | undefined> =>
    printed(cluster, pod, 'istio-proxy', ['pilot-agent', 'request', 'GET', path], signal);
  const [dump, stats = ''] = await Promise.all([ask('config_dump?include_eds'), ask('stats/prometheus')]);
  return { pod, isRouter: isRouter(pod), dump, stats };
}

/** Whoever is asked for its health at /blowup keeps its orders of chaos there. */
async function chaosOf(
  cluster: ClusterClient,
  pod: Pod,
  signal: AbortSignal,
): Promise<SeenChaos | undefined> {
  for (const { name, readinessProbe, ports = [] } of containersOf(pod)) {
    if (readinessProbe?.httpGet?.path !== '/blowup' && !probesBlowup(pod, name)) continue;
    const url = `http://localhost:${ports[0]?.containerPort ?? 3000}/blowup`;
    const text = await printed(cluster, pod, name, ['curl', '-s', url], signal);
    const orders = parsed(text ?? '');
    if (orders !== undefined) return { pod, orders };
  }
  return undefined;
}

/** Injection hands the probes of a pod's containers to its proxy, which keeps them in a variable. */
const probesBlowup = (pod: Pod, container: string): boolean => {
  const kept = containersOf(pod)
    .flatMap(({ env = [] }) => env)
    .find(({ name }) => name === 'ISTIO_KUBE_APP_PROBERS')?.value;
  const probe = parsed(kept ?? '')?.[`/app-health/${container}/readyz`]?.['httpGet'];
  return (probe as { path?: string } | undefined)?.path === '/blowup';
};

function parsed(text: string): SeenChaos['orders'] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as SeenChaos['orders']) : undefined;
  } catch {
    return undefined;
  }
}

/** undefined when the command failed, or the pod has gone meanwhile. */
async function printed(
  cluster: ClusterClient,
  { metadata }: Pod,
  container: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const target = { namespace: metadata.namespace ?? '', pod: metadata.name, container };
  try {
    return await execInPod(cluster, target, command, signal);
  } catch (error) {
    if (error instanceof LabError || apiCode(error) === 404) return undefined;
    throw error;
  }
}
