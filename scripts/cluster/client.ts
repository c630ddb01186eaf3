// The orchestrator's way to the Kubernetes API: always the workshop's own kubeconfig.

import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  VersionApi,
  type VersionInfo,
} from '@kubernetes/client-node';
import { requireOwnContext } from './own-context.ts';

export interface ClusterClient {
  readonly config: KubeConfig;
  readonly objects: KubernetesObjectApi;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
}

/** @throws LabError when the file was given the context of another cluster */
export function openCluster(kubeconfig: string): ClusterClient {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  requireOwnContext(kubeconfig, {
    current: config.getCurrentContext(),
    all: config.getContexts().map(({ name }) => name),
  });
  return {
    config,
    objects: KubernetesObjectApi.makeApiClient(config),
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
  };
}

export async function serverVersion(kubeconfig: string): Promise<VersionInfo> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config.makeApiClient(VersionApi).getCode();
}
