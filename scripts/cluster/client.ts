// The orchestrator's way to the Kubernetes API: always the workshop's own kubeconfig.

import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  VersionApi,
  type VersionInfo,
} from '@kubernetes/client-node';
import { LabError } from '../error.ts';

export interface ClusterClient {
  readonly config: KubeConfig;
  readonly objects: KubernetesObjectApi;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
}

/** @throws LabError when the file was given a context that it does not have */
export function openCluster(kubeconfig: string): ClusterClient {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  if (config.getCurrentCluster() === null) throw contextLost(kubeconfig, config);
  return {
    config,
    objects: KubernetesObjectApi.makeApiClient(config),
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
  };
}

/** `kubectl config use-context` writes to the first of several files, whichever has the context. */
function contextLost(kubeconfig: string, config: KubeConfig): LabError {
  const [context] = config.getContexts();
  const current = config.getCurrentContext();
  return new LabError(
    'CONTEXT_LOST',
    `The lab's kubeconfig was given the context "${current}", which is another cluster's: kubectl does not talk to the lab`,
    { hint: `kubectl --kubeconfig ${kubeconfig} config use-context ${context?.name ?? ''}` },
  );
}

export async function serverVersion(kubeconfig: string): Promise<VersionInfo> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config.makeApiClient(VersionApi).getCode();
}
