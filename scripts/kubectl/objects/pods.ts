// The pod behind a name or a workload, and the container kubectl picks in it.

import { pathOf, qualified } from '../api/resource.ts';
import { failure } from '../failure.ts';
import type { Cluster } from '../verb.ts';
import type { KubeList, KubeObject } from './object.ts';
import type { Target } from './targets.ts';

interface Container {
  readonly name: string;
}

export interface Pod extends KubeObject {
  readonly spec?: {
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string;
    }[];
    readonly containerStatuses?: readonly { readonly restartCount?: number }[];
  };
}

/** Pods of the workload, or of the Service: what its selector matches; the pod itself for a pod. */
export async function podsBehind(cluster: Cluster, { resource, name }: Target): Promise<readonly Pod[]> {
  const { client, namespace } = cluster;
  const object = await client.json<Pod & { spec?: { selector?: unknown } }>({
    path: pathOf(resource, namespace, name),
  });
  if (resource.kind === 'Pod') return [object];
  const selector = object.spec?.selector;
  const labels = isLabelSelector(selector) ? selector.matchLabels : selector;
  if (typeof labels !== 'object' || labels === null) {
    throw failure(
      `cannot attach to *unstructured.Unstructured: selector for ${qualified(resource)} not implemented`,
    );
  }
  return podsWith(
    cluster,
    Object.entries(labels)
      .map(([key, value]) => `${key}=${String(value)}`)
      .join(','),
  );
}

export async function podsWith(
  { client, namespace }: Cluster,
  labelSelector: string,
): Promise<readonly Pod[]> {
  const list = await client.json<KubeList<Pod>>({
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`,
    query: { labelSelector },
  });
  return list.items;
}

const isLabelSelector = (selector: unknown): selector is { matchLabels: Record<string, string> } =>
  typeof selector === 'object' && selector !== null && 'matchLabels' in selector;

/** The one kubectl calls most useful: running, ready, ready for longest, fewest restarts, oldest. */
export function bestPod(pods: readonly Pod[]): Pod | undefined {
  return pods.toSorted(
    (a, b) =>
      phaseRank(a) - phaseRank(b) ||
      Number(isReady(b)) - Number(isReady(a)) ||
      compare(readySince(a), readySince(b)) ||
      restarts(a) - restarts(b) ||
      compare(a.metadata?.creationTimestamp ?? '', b.metadata?.creationTimestamp ?? ''),
  )[0];
}

const phaseRank = ({ status }: Pod): number =>
  ['Running', 'Unknown', 'Pending'].indexOf(status?.phase ?? '') >>> 0;
const readyCondition = ({ status }: Pod): { status: string; lastTransitionTime?: string } | undefined =>
  status?.conditions?.find(({ type }) => type === 'Ready');
const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === 'True';
const readySince = (pod: Pod): string =>
  isReady(pod) ? (readyCondition(pod)?.lastTransitionTime ?? '') : '';
const restarts = ({ status }: Pod): number =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount = 0 }) => restartCount));
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const defaultContainer = 'kubectl.kubernetes.io/default-container';

/**
 * The container asked for (the API knows whether there is one), annotated, or the first of several, which is then said on standard error.
 * @throws KubectlError for a pod without containers
 */
export function chooseContainer(pod: Pod, asked: string | undefined, say: (line: string) => void): string {
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  const all = [...containers, ...initContainers].map(({ name }) => name);
  const podName = pod.metadata?.name ?? '';
  if (asked !== undefined) return asked;
  const annotated = pod.metadata?.annotations?.[defaultContainer];
  if (annotated !== undefined && all.includes(annotated)) return annotated;
  const [first] = all;
  if (first === undefined) throw failure(`no container found in pod ${podName}`);
  if (all.length > 1) {
    const names = [
      ...containers.map(({ name }) => name),
      ...initContainers.map(({ name }) => `${name} (init)`),
    ];
    say(`Defaulted container "${first}" out of: ${names.join(', ')}\n`);
  }
  return first;
}
