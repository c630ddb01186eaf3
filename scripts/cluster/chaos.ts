// Chaos that was ordered in a program: no object of the cluster shows it.

import type { ClusterClient } from './client.ts';
import { containersOf, isRunning } from './containers.ts';
import { printed } from './exec.ts';
import type { Pod } from '../../sandbox/kube/resources.ts';

/** Orders of chaos in a pod of the catalog, as GET /blowup shows them. */
export interface SeenChaos {
  readonly pod: Pod;
  readonly orders: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** In all pods that run in these namespaces. */
export async function chaosIn(
  cluster: ClusterClient,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<readonly SeenChaos[]> {
  const lists = await Promise.all(
    namespaces.map(async (namespace) => cluster.core.listNamespacedPod({ namespace })),
  );
  const pods = lists.flatMap(({ items }) => items as unknown as readonly Pod[]).filter(isRunning);
  const seen = await Promise.all(pods.map(async (pod) => chaosOf(cluster, pod, signal)));
  return seen.flatMap((each) => each ?? []);
}

/** Whoever is asked for its health at /blowup keeps its orders of chaos there. */
export async function chaosOf(
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
