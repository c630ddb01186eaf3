// The cluster: what it holds, what it reported, and what its programs and proxies say.

import { openCluster, type ClusterClient } from '../../cluster/client.ts';
import type { Collector } from '../collector.ts';
import { collectIstiod } from './istiod.ts';
import { collectLogs } from './logs.ts';
import { collectObjects } from './objects.ts';
import { collectProxies } from './proxies.ts';
import type { Concern } from './concern.ts';

export interface ClusterCollectorsOptions extends Concern {
  readonly kubeconfig: string;
}

export function clusterCollectors({
  kubeconfig,
  ...concern
}: ClusterCollectorsOptions): readonly Collector[] {
  let opened: ClusterClient | undefined;
  // Opened by whoever comes first, so that a kubeconfig that is not there is a line of the folder.
  const cluster = (): ClusterClient => (opened ??= openCluster(kubeconfig));
  return [
    { name: 'objects', collect: async (put) => collectObjects(cluster(), concern, put) },
    { name: 'logs', collect: async (put) => collectLogs(cluster(), concern, put) },
    { name: 'proxies', collect: async (put, signal) => collectProxies(cluster(), concern, put, signal) },
    { name: 'istiod', collect: async (put, signal) => collectIstiod(cluster(), put, signal) },
  ];
}
