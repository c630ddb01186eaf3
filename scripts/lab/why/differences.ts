// Where an object differs from what the lab applies, field by field.

import type { AnyObject } from '../../../sandbox/kube/object.ts';

export interface Difference {
  /** `spec.http[0].retries.retryOn`. */
  readonly path: string;
  /** undefined: it is not there. */
  readonly actual: unknown;
  readonly wanted: unknown;
}

/** Where an object of the cluster is not what the lab has. */
export function changesOf(live: AnyObject, lab: AnyObject): readonly Difference[] {
  if (lab.kind === 'Namespace' || lab.kind === 'ServiceAccount')
    return differences(live.metadata.labels ?? {}, lab.metadata.labels ?? {}, 'metadata.labels', false);
  return differences(live['spec'], lab['spec'], 'spec', istioKinds.has(lab.kind));
}

const istioKinds = new Set([
  'VirtualService',
  'DestinationRule',
  'Gateway',
  'Sidecar',
  'ServiceEntry',
  'HTTPRoute',
]);

/**
 * In the order of what is wanted. Fields that only the object has count when `exact`: an API fills in defaults for
 * Kubernetes' own kinds, and none for Istio's.
 */
function differences(actual: unknown, wanted: unknown, path: string, exact: boolean): Difference[] {
  if (Object.is(actual, wanted)) return [];
  if (isMap(actual) && isMap(wanted)) {
    const keys = [...new Set([...Object.keys(wanted), ...(exact ? Object.keys(actual) : [])])];
    return keys.flatMap((key) => differences(actual[key], wanted[key], join(path, key), exact));
  }
  if (Array.isArray(actual) && Array.isArray(wanted)) {
    const length = exact ? Math.max(actual.length, wanted.length) : wanted.length;
    return Array.from({ length }, (_, index) =>
      differences(actual[index], wanted[index], `${path}[${index}]`, exact),
    ).flat();
  }
  return [{ path, actual, wanted }];
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const join = (path: string, key: string): string => {
  const step = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
  return path === '' ? step : `${path}.${step}`;
};

export const shown = (value: unknown): string =>
  value === undefined ? 'missing' : typeof value === 'string' ? value : JSON.stringify(value);
