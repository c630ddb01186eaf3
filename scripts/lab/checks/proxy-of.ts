// The proxies of a workload, and what each was really given.

import { apiCode } from '../../cluster/api-error.ts';
import type { ClusterClient } from '../../cluster/client.ts';
import { hasProxy, isRunning } from '../../cluster/containers.ts';
import type { Pod } from '../../../sandbox/kube/resources.ts';
import type { Fields } from './fields.ts';
import * as written from './written.ts';

export interface Workload {
  readonly namespace: string;
  readonly deployment: string;
}

export type ProxyLookup =
  | { readonly pods: readonly string[] }
  | { readonly problem: string; readonly hint: string };

/** Reads `from: deployment/NAME` and `namespace: NAMESPACE`. */
export function readWorkload(fields: Fields, key: string): Workload {
  const deployment = fields.requiredAs(key, written.deployment);
  const namespace = fields.requiredAs('namespace', written.namespaceName);
  return { namespace, deployment: deployment.replace(/^deployment\//, '') };
}

/** Running pods of the Deployment that have a proxy, or why there is none. */
export async function proxiesOf(
  cluster: ClusterClient,
  { namespace, deployment }: Workload,
): Promise<ProxyLookup> {
  const labels = await selectorOf(cluster, { namespace, deployment });
  if (labels === undefined) {
    return {
      problem: `Deployment ${deployment} does not exist in namespace ${namespace}`,
      hint: `kubectl -n ${namespace} get deployments`,
    };
  }
  const { items } = await cluster.core.listNamespacedPod({ namespace, labelSelector: labels });
  const running = (items as unknown as readonly Pod[]).filter(isRunning);
  const meshed = running.filter(hasProxy);
  if (meshed.length > 0) return { pods: meshed.map(({ metadata }) => metadata.name) };
  return running.length === 0
    ? {
        problem: `no pod of Deployment ${deployment} is running`,
        hint: `kubectl -n ${namespace} get pods`,
      }
    : {
        problem: `the pods of Deployment ${deployment} have no sidecar`,
        hint: `kubectl label namespace ${namespace} istio-injection=enabled --overwrite, then kubectl -n ${namespace} rollout restart deployment ${deployment}`,
      };
}

async function selectorOf(
  cluster: ClusterClient,
  { namespace, deployment }: Workload,
): Promise<string | undefined> {
  try {
    const { spec } = await cluster.apps.readNamespacedDeployment({ namespace, name: deployment });
    return Object.entries(spec?.selector.matchLabels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
  } catch (error) {
    if (apiCode(error) === 404) return undefined;
    throw error;
  }
}

/** Asks the proxy's admin interface, as `istioctl proxy-config` does: through the pod. */
export async function adminGet(
  cluster: ClusterClient,
  { namespace }: Workload,
  pod: string,
  path: string,
  signal: AbortSignal,
): Promise<string> {
  const { execInPod } = await import('../../cluster/exec.ts');
  const command = ['pilot-agent', 'request', 'GET', path];
  return execInPod(cluster, { namespace, pod, container: 'istio-proxy' }, command, signal);
}
