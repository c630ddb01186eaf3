// The orchestrator's way to the Kubernetes API: always the workshop's own kubeconfig.

import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  VersionApi,
  type VersionInfo,
} from '@kubernetes/client-node';

export interface ClusterClient {
  readonly config: KubeConfig;
  readonly objects: KubernetesObjectApi;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
}

export function openCluster(kubeconfig: string): ClusterClient {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return {
    config,
    objects: KubernetesObjectApi.makeApiClient(config),
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
  };
}

/** Whether the API behind the kubeconfig answers within two seconds. */
export async function isReady(kubeconfig: string, signal: AbortSignal): Promise<boolean> {
  try {
    await withDeadline(serverVersion(kubeconfig), 2000, signal);
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

export async function serverVersion(kubeconfig: string): Promise<VersionInfo> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config.makeApiClient(VersionApi).getCode();
}

async function withDeadline<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  return new Promise<T>((resolve, reject) => {
    stop.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
    work.then(resolve, reject);
  });
}
