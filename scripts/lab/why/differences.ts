// Where an object differs from what the lab applies, field by field.

import { resolveGatewayName, resolveHost } from '../../../sandbox/mesh/host.ts';
import { authoredKinds } from './intended.ts';
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
  const found = differences(live['spec'], lab['spec'], 'spec', authoredKinds.has(lab.kind));
  return found.filter((difference) => !isOneMeaning(difference, lab));
}

/** Two ways to write the same: a host in full, the name of a rule, the only port, the weight of an only destination. */
function isOneMeaning({ path, actual, wanted }: Difference, lab: AnyObject): boolean {
  const { namespace = '' } = lab.metadata;
  const same = (resolve: (name: string, namespace: string) => string): boolean =>
    typeof actual === 'string' &&
    typeof wanted === 'string' &&
    resolve(actual, namespace) === resolve(wanted, namespace);
  if (/\bhosts?(?:\[\d+\])?$/.test(path)) return same(resolveHost);
  if (/^spec\.gateways\[\d+\]$/.test(path)) return same(resolveGatewayName);
  if (/^spec\.http\[\d+\]\.name$/.test(path)) return true;
  if (path.endsWith('.destination.port')) return wanted === undefined;
  const [, rule] = /^spec\.http\[(\d+)\]\.route\[0\]\.weight$/.exec(path) ?? [];
  return rule !== undefined && wanted === undefined && routeCount(lab, Number(rule)) === 1;
}

const routeCount = (lab: AnyObject, rule: number): number =>
  (lab['spec'] as { http?: { route?: unknown[] }[] } | undefined)?.http?.[rule]?.route?.length ?? 0;

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

/** `spec.http[0].timeout is 3s, and the lab has 5s`. */
export function comparison({ path, actual, wanted }: Difference): string {
  if (actual === undefined) return `${path} is missing, and the lab has ${shown(wanted)}`;
  return `${path} is ${shown(actual)}, and the lab has ${wanted === undefined ? 'no such field' : shown(wanted)}`;
}

export const shown = (value: unknown): string =>
  value === undefined ? 'missing' : typeof value === 'string' ? value : JSON.stringify(value);
