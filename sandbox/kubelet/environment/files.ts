// The files a container can read: what the kubelet writes for it, and its volumes.

import type { Container, KeyToPath, Volume, VolumeProjection } from 'kubernetes-types/core/v1.js';
import type { Cluster } from '../../kube/cluster.ts';
import type { Pod } from '../../kube/resources.ts';
import { searchDomains } from '../../network/cluster-dns.ts';
import { ConfigError } from './config-error.ts';
import { configMapValues, secretValues } from './environment.ts';
import { readField, type PodAddresses } from './field-ref.ts';
import { readResource, type NodeCapacity } from './resource-ref.ts';

/** What a pod proves itself to the API server with. */
export interface Credentials {
  /** Certificate of the API server's authority, PEM. */
  readonly ca: string;
  token(pod: Pod): string;
}

export interface FilesOptions {
  readonly cluster: Cluster;
  readonly pod: Pod;
  readonly addresses: PodAddresses;
  readonly hostname: string;
  readonly capacity: NodeCapacity;
  readonly credentials: Credentials;
}

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Absolute path to content, as it is now. Empty folders (emptyDir, hostPath) end with a slash.
 * @throws ConfigError when a source that is not optional is missing
 */
export function containerFiles(options: FilesOptions, container: Container): ReadonlyMap<string, string> {
  const { pod } = options;
  const files = new Map(Object.entries(systemFiles(options)));
  const mounts = container.volumeMounts ?? [];
  if (!mounts.some(({ mountPath }) => mountPath === accountFolder)) {
    for (const [name, content] of accountFiles(options)) files.set(`${accountFolder}/${name}`, content);
  }
  for (const { name, mountPath, subPath } of mounts) {
    const volume = pod.spec?.volumes?.find((other) => other.name === name);
    if (volume === undefined) continue;
    const content = volumeFiles(options, volume);
    if (content.length === 0) files.set(`${mountPath}/`, '');
    for (const [path, text] of content) {
      if (subPath === undefined || subPath === '') files.set(`${mountPath}/${path}`, text);
      else if (path === subPath) files.set(mountPath, text);
    }
  }
  return files;
}

/** Why the pod's volumes cannot be set up, as the kubelet's FailedMount event says it; undefined when they can. */
export function mountFailure(options: FilesOptions): string | undefined {
  for (const volume of options.pod.spec?.volumes ?? []) {
    try {
      volumeFiles(options, volume);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return `MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`;
    }
  }
  return undefined;
}

function systemFiles({ pod, addresses, hostname }: FilesOptions): Record<string, string> {
  const namespace = pod.metadata.namespace ?? '';
  const { subdomain } = pod.spec ?? {};
  const fqdn = subdomain === undefined ? '' : `${hostname}.${subdomain}.${namespace}.svc.cluster.local\t`;
  return {
    '/etc/hostname': `${hostname}\n`,
    '/etc/hosts': `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n${addresses.podIp}\t${fqdn}${hostname}\n`,
    '/etc/resolv.conf': `search ${searchDomains(namespace).join(' ')}\nnameserver 10.200.1.10\noptions ndots:5\n`,
  };
}

const accountFiles = ({ pod, credentials }: FilesOptions): [string, string][] => [
  ['ca.crt', credentials.ca],
  ['namespace', pod.metadata.namespace ?? ''],
  ['token', credentials.token(pod)],
];

/** Paths below the mount, in order of name. */
function volumeFiles(options: FilesOptions, volume: Volume): [string, string][] {
  const { configMap, secret, downwardAPI, projected } = volume;
  const projections: VolumeProjection[] = projected?.sources ?? [];
  if (configMap !== undefined) projections.push({ configMap });
  if (secret !== undefined) {
    const { secretName = '', items, optional } = secret;
    projections.push({
      secret: {
        name: secretName,
        ...(items === undefined ? {} : { items }),
        ...(optional === undefined ? {} : { optional }),
      },
    });
  }
  if (downwardAPI !== undefined) projections.push({ downwardAPI });
  return projections
    .flatMap((projection) => projectedFiles(options, projection))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function projectedFiles(options: FilesOptions, projection: VolumeProjection): [string, string][] {
  const { cluster, pod, addresses, capacity, credentials } = options;
  const namespace = pod.metadata.namespace ?? '';
  const { configMap, secret, downwardAPI, serviceAccountToken } = projection;
  if (configMap !== undefined) {
    const { name = '', items, optional = false } = configMap;
    // The API server publishes its authority in every namespace under this name.
    const values =
      configMapValues(cluster, namespace, name) ??
      (name === 'kube-root-ca.crt' ? { 'ca.crt': credentials.ca } : undefined);
    return select(`configmap "${name}" not found`, values, items, optional);
  }
  if (secret !== undefined) {
    const { name = '', items, optional = false } = secret;
    return select(`secret "${name}" not found`, secretValues(cluster, namespace, name), items, optional);
  }
  if (serviceAccountToken !== undefined) return [[serviceAccountToken.path, credentials.token(pod)]];
  return (downwardAPI?.items ?? []).map(({ path, fieldRef, resourceFieldRef }) => {
    if (fieldRef !== undefined) return [path, readField(pod, addresses, fieldRef.fieldPath)];
    const owner = pod.spec?.containers.find(({ name }) => name === resourceFieldRef?.containerName);
    if (owner === undefined || resourceFieldRef === undefined) {
      throw new ConfigError(`downward API item ${path} names no field and no container`);
    }
    return [path, readResource(owner, capacity, resourceFieldRef.resource, resourceFieldRef.divisor)];
  });
}

function select(
  missing: string,
  values: Readonly<Record<string, string>> | undefined,
  items: readonly KeyToPath[] | undefined,
  optional: boolean,
): [string, string][] {
  if (values === undefined) {
    if (optional) return [];
    throw new ConfigError(missing);
  }
  if (items === undefined) return Object.entries(values);
  return items.flatMap(({ key, path }): [string, string][] => {
    const value = values[key];
    if (value !== undefined) return [[path, value]];
    if (optional) return [];
    throw new ConfigError(`references non-existent config key: ${key}`);
  });
}
