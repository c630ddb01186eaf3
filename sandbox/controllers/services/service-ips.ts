// ClusterIPs: which are valid, which are taken, which comes next.

import type { Cluster } from '../../kube/cluster.ts';
import { services } from '../../kube/resources.ts';

/** Addresses of Services; the first 256 are `10.200.1.x`. */
export const serviceCidr = '10.200.0.0/16';
export const kubernetesServiceIp = '10.200.1.1';
export const dnsServiceIp = '10.200.1.10';

const prefix = '10.200.';
const firstThird = 1;
const lastThird = 254;

/** Why a Service cannot have this address, in Kubernetes' words; `own` is the Service that asks. */
export function ipObjection(cluster: Cluster, ip: string, own: string): string | undefined {
  if (!/^10\.200\.\d{1,3}\.\d{1,3}$/.test(ip)) {
    return `failed to allocate IP ${ip}: the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${serviceCidr}`;
  }
  return takenIps(cluster, own).has(ip)
    ? `failed to allocate IP ${ip}: provided IP is already allocated`
    : undefined;
}

/** The lowest free address; undefined when there is none. */
export function freeIp(cluster: Cluster, own: string): string | undefined {
  const taken = takenIps(cluster, own).add(kubernetesServiceIp).add(dnsServiceIp);
  for (let third = firstThird; third <= lastThird; third += 1) {
    for (let fourth = 1; fourth < 255; fourth += 1) {
      const ip = `${prefix}${third}.${fourth}`;
      if (!taken.has(ip)) return ip;
    }
  }
  return undefined;
}

const takenIps = (cluster: Cluster, own: string): Set<string> =>
  new Set(
    cluster.list(services).flatMap(({ metadata, spec }) => {
      const ip = spec?.clusterIP ?? '';
      return ip === '' || ip === 'None' || `${metadata.namespace ?? ''}/${metadata.name}` === own ? [] : ip;
    }),
  );
