// Nothing is ignored in silence: kubectl prints a `Warning:` for what the sandbox stores but does not execute.

import { isDeepStrictEqual } from 'node:util';
import type { NodeSpec } from 'kubernetes-types/core/v1.js';
import type { AdmissionPlugin } from '../api/extension.ts';
import type { AnyObject, NewObject } from '../kube/object.ts';
import { storedOnly } from '../schema/builtin.ts';
import type { ResourceType } from '../schema/type.ts';
import { type UnexecutedField, unexecutedFields } from './unexecuted-fields.ts';

/** Warns of kinds nobody executes when they are created, and of fields when they are set or changed. */
export function unexecutedWarnings(): AdmissionPlugin {
  return {
    name: 'unexecuted-warnings',
    validate({ type, operation, object, old, warn }) {
      if (object === undefined) return;
      const { group, resource } = type;
      if (operation === 'CREATE' && storedOnly.has(`${group}/${resource}`)) {
        const name = group === '' ? resource : `${resource}.${group}`;
        warn(`this sandbox stores ${name} but does not ${verbFor(type)} them; use --engine kind`);
        return;
      }
      for (const path of unexecutedPaths(type, object, old)) {
        warn(`${path} has no effect in this sandbox; use --engine kind`);
      }
      if (resource === 'services' && group === '') warnOfLoadBalancer(object, old, warn);
      if (resource === 'nodes' && group === '') warnOfEviction(object, old, warn);
    },
  };
}

const verbFor = ({ group, resource }: ResourceType): string => {
  if (group === 'rbac.authorization.k8s.io' || group === 'networking.k8s.io' || group === 'policy')
    return 'enforce';
  return ['apps', 'batch', 'autoscaling'].includes(group) || resource === 'replicationcontrollers'
    ? 'run'
    : 'use';
};

function warnOfLoadBalancer(
  object: NewObject,
  old: AnyObject | undefined,
  warn: (text: string) => void,
): void {
  const typeOf = (each: NewObject | undefined): unknown =>
    (each?.['spec'] as { type?: string } | undefined)?.type;
  if (typeOf(object) !== 'LoadBalancer' || typeOf(old) === 'LoadBalancer') return;
  warn('this sandbox gives no external address to Services of type LoadBalancer; use its nodePort');
}

function warnOfEviction(object: NewObject, old: AnyObject | undefined, warn: (text: string) => void): void {
  const evicting = (each: NewObject | undefined): readonly string[] =>
    ((each?.['spec'] as NodeSpec | undefined)?.taints ?? [])
      .filter(({ effect }) => effect === 'NoExecute')
      .map(({ key }) => key);
  const before = evicting(old);
  for (const key of evicting(object).filter((each) => !before.includes(each))) {
    warn(`the taint ${key} keeps new pods away, but evicts none in this sandbox; use kubectl drain`);
  }
}

/** Paths of fields that are set to something the sandbox does not do, and that `old` did not say already. */
export function unexecutedPaths(
  { group, resource }: Pick<ResourceType, 'group' | 'resource'>,
  object: NewObject,
  old: NewObject | undefined,
): string[] {
  const place = places.get(`${group}/${resource}`);
  if (place === undefined) return [];
  const before = new Map(old === undefined ? [] : findings(old, place));
  return findings(object, place)
    .filter(([path, value]) => !isDeepStrictEqual(before.get(path), value))
    .map(([path]) => path);
}

interface Place {
  readonly prefix: string;
  readonly fields: readonly UnexecutedField[];
}

const places: ReadonlyMap<string, Place> = new Map([
  ['/pods', { prefix: 'spec', fields: unexecutedFields.pod }],
  ['/services', { prefix: 'spec', fields: unexecutedFields.service }],
  ['apps/deployments', { prefix: 'spec.template.spec', fields: unexecutedFields.pod }],
  ['apps/replicasets', { prefix: 'spec.template.spec', fields: unexecutedFields.pod }],
]);

type Finding = readonly [path: string, value: unknown];

const findings = (object: NewObject, { prefix, fields }: Place): Finding[] =>
  fields
    .filter(({ warns }) => warns)
    .flatMap(({ path, harmless = [] }) =>
      valuesAt(object, `${prefix}.${path}`).filter(
        ([, value]) => !isEmpty(value) && !harmless.includes(value),
      ),
    );

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

function valuesAt(object: unknown, path: string): Finding[] {
  let found: Finding[] = [['', object]];
  for (const step of path.split('.')) {
    const name = step.replace('[*]', '');
    found = found.flatMap(([at, value]): Finding[] => {
      if (typeof value !== 'object' || value === null) return [];
      const inner = (value as Record<string, unknown>)[name];
      const here = at === '' ? name : `${at}.${name}`;
      if (!step.endsWith('[*]')) return [[here, inner]];
      return Array.isArray(inner) ? inner.map((item, index): Finding => [`${here}[${index}]`, item]) : [];
    });
  }
  return found;
}
