// Istio is installed once. What a user changes or deletes afterwards stays changed, also over restarts.

import type { Cluster } from '../kube/cluster.ts';
import { configMaps } from '../kube/resources.ts';
import { isStatus } from '../kube/status-error.ts';
import { istioVersion } from './istio-labels.ts';
import { type InstalledObject, installedObjects } from './objects.ts';

// Written last: an installation that was cut short is taken up again.
const receipt = { name: 'sandbox-install', namespace: 'kube-system' };

/** Needs the namespace kube-system and every kind it creates; does nothing when it was done before. */
export function ensureInstalled(cluster: Cluster): void {
  if (cluster.get(configMaps, receipt.namespace, receipt.name) !== undefined) return;
  for (const each of installedObjects()) create(cluster, each);
  cluster.create(configMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...receipt },
    data: { istio: istioVersion },
  });
}

function create(cluster: Cluster, { resource, object }: InstalledObject): void {
  try {
    cluster.create(resource, object);
  } catch (error) {
    if (!isStatus(error, 'AlreadyExists')) throw error;
  }
}
