// The kubeconfigs that need more than reading: the client library merges, logs in and finds proxies.

import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { failure } from '../failure.ts';
import type { Access } from './access.ts';

/** @throws KubectlError for files that cannot be used, or an unknown context */
export async function libraryAccess(files: readonly string[], context: string | undefined): Promise<Access> {
  const config = new KubeConfig();
  try {
    const [first, ...others] = files;
    config.loadFromFile(first ?? '');
    for (const file of others) {
      const more = new KubeConfig();
      more.loadFromFile(file);
      config.mergeConfig(more, true);
    }
  } catch (error) {
    throw failure(`error loading config file: ${(error as Error).message}`);
  }
  if (context !== undefined) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw failure(`context "${config.getCurrentContext()}" names no cluster of the kubeconfig`);
  }
  const options: Omit<RequestOptions, 'headers'> & { headers: Record<string, string> } = { headers: {} };
  await config.applyToHTTPSOptions(options);
  return {
    server: new URL(cluster.server),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? 'default',
    options: lowered(options),
  };
}

const lowered = (
  options: Omit<RequestOptions, 'headers'> & { headers: Record<string, string> },
): Access['options'] => ({
  ...options,
  headers: Object.fromEntries(
    Object.entries(options.headers).map(([name, value]) => [name.toLowerCase(), value]),
  ),
});
