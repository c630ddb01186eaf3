// What kubectl wrote down of an object when it last applied it.

import type { KubernetesObject } from '@kubernetes/client-node';
import { apiCode } from './api-error.ts';
import type { ClusterClient } from './client.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';

export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
}

/** What an object was before the next manifest. */
export interface Before {
  /** Its last manifest, or the whole object when nobody has applied one. */
  readonly value: unknown;
  /** False for the whole object: it has more fields than any manifest. */
  readonly isWhole: boolean;
}

/** undefined when it is not there. */
export async function lastApplied(
  cluster: ClusterClient,
  { apiVersion, kind, name, namespace }: ObjectName,
): Promise<Before | undefined> {
  const object = await readOr404(cluster, {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  });
  if (object === undefined) return undefined;
  const text = object.metadata?.annotations?.[annotation];
  return text === undefined
    ? { value: JSON.parse(JSON.stringify(object)) as unknown, isWhole: false }
    : { value: withoutEmptyAnnotations(JSON.parse(text)), isWhole: true };
}

async function readOr404(
  cluster: ClusterClient,
  header: KubernetesObject & { metadata: { name: string; namespace?: string } },
): Promise<KubernetesObject | undefined> {
  try {
    return await cluster.objects.read(header);
  } catch (error) {
    // A kind that is not installed yet is no failure either.
    if (apiCode(error) === 404 || /Unrecognized API version and kind/.test(String(error))) return undefined;
    throw error;
  }
}

/** kubectl adds empty annotations to what it writes down. */
function withoutEmptyAnnotations(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('metadata' in value)) return value;
  const { annotations, ...metadata } = value.metadata as Readonly<Record<string, unknown>>;
  const isEmpty = annotations === undefined || Object.keys(annotations as object).length === 0;
  return isEmpty ? { ...value, metadata } : value;
}
