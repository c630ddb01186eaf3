// The environment of a container: what the runtime sets, the services' variables, envFrom, env; later ones win.

import type { Container, EnvFromSource, EnvVar } from 'kubernetes-types/core/v1.js';
import type { Cluster } from '../../kube/cluster.ts';
import { configMaps, secrets, type Pod } from '../../kube/resources.ts';
import { ConfigError } from './config-error.ts';
import { expand } from './expand.ts';
import { readField, type PodAddresses } from './field-ref.ts';
import { readResource, type NodeCapacity } from './resource-ref.ts';
import { serviceVariables } from './service-variables.ts';

export interface EnvironmentOptions {
  readonly cluster: Cluster;
  readonly pod: Pod;
  readonly container: Container;
  readonly addresses: PodAddresses;
  readonly hostname: string;
  readonly capacity: NodeCapacity;
}

/** @throws ConfigError when a ConfigMap, Secret or key that is not optional is missing */
export function resolveEnvironment(options: EnvironmentOptions): ReadonlyMap<string, string> {
  const { cluster, pod, container, hostname } = options;
  const namespace = pod.metadata.namespace ?? '';
  const links = pod.spec?.enableServiceLinks ?? true;
  const env = new Map([
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['HOSTNAME', hostname],
    ['HOME', '/root'],
    ...serviceVariables(cluster, namespace, links),
  ]);
  for (const source of container.envFrom ?? []) {
    for (const [name, value] of readSource(cluster, namespace, source)) env.set(name, value);
  }
  for (const variable of container.env ?? []) {
    const value = readVariable(options, variable, env);
    if (value !== undefined) env.set(variable.name, value);
  }
  return env;
}

function readSource(cluster: Cluster, namespace: string, source: EnvFromSource): [string, string][] {
  const { prefix = '', configMapRef, secretRef } = source;
  const kind = configMapRef === undefined ? 'secret' : 'configmap';
  const { name = '', optional = false } = configMapRef ?? secretRef ?? {};
  const values =
    kind === 'configmap' ? configMapValues(cluster, namespace, name) : secretValues(cluster, namespace, name);
  if (values === undefined) {
    if (optional) return [];
    throw new ConfigError(`${kind} "${name}" not found`);
  }
  return Object.entries(values).map(([key, value]) => [`${prefix}${key}`, value]);
}

/** Undefined when an optional source is missing: then the variable is not set. */
function readVariable(
  options: EnvironmentOptions,
  { name, value, valueFrom }: EnvVar,
  env: ReadonlyMap<string, string>,
): string | undefined {
  const { cluster, pod, container, addresses, capacity } = options;
  const namespace = pod.metadata.namespace ?? '';
  if (valueFrom === undefined) return expand(value ?? '', env);
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef !== undefined) return readField(pod, addresses, fieldRef.fieldPath);
  if (resourceFieldRef !== undefined) {
    const { containerName = container.name, resource, divisor } = resourceFieldRef;
    const all = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
    const owner = all.find((other) => other.name === containerName) ?? container;
    return readResource(owner, capacity, resource, divisor);
  }
  const reference = configMapKeyRef ?? secretKeyRef;
  if (reference === undefined) throw new ConfigError(`environment variable ${name} has an empty valueFrom`);
  const { name: owner = '', key, optional = false } = reference;
  const kind = configMapKeyRef === undefined ? 'Secret' : 'ConfigMap';
  const values =
    kind === 'ConfigMap'
      ? configMapValues(cluster, namespace, owner)
      : secretValues(cluster, namespace, owner);
  if (values === undefined) {
    if (optional) return undefined;
    throw new ConfigError(`${kind.toLowerCase()} "${owner}" not found`);
  }
  const found = values[key];
  if (found === undefined && !optional) {
    throw new ConfigError(`couldn't find key ${key} in ${kind} ${namespace}/${owner}`);
  }
  return found;
}

/** Undefined when there is no such ConfigMap. */
export function configMapValues(
  cluster: Cluster,
  namespace: string,
  name: string,
): Readonly<Record<string, string>> | undefined {
  const map = cluster.get(configMaps, namespace, name);
  if (map === undefined) return undefined;
  const binary = Object.entries(map.binaryData ?? {}).map(([key, value]) => [key, decoded(value)]);
  return { ...map.data, ...Object.fromEntries(binary) };
}

/** Decoded; undefined when there is no such Secret. */
export function secretValues(
  cluster: Cluster,
  namespace: string,
  name: string,
): Readonly<Record<string, string>> | undefined {
  const secret = cluster.get(secrets, namespace, name);
  if (secret === undefined) return undefined;
  return Object.fromEntries(Object.entries(secret.data ?? {}).map(([key, value]) => [key, decoded(value)]));
}

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString();
