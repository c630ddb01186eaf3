// An object without what is no part of what somebody asked for.

import type { InventoryObject } from './inventory.ts';
import type { ApiObject } from './written-by-people.ts';

/** A field by its keys; `*` is every item of a list. */
type Path = readonly string[];

const annotation = (name: string): Path => ['metadata', 'annotations', name];

/** What the API or a controller writes, and would write again. */
const notAsked: readonly Path[] = [
  ['status'],
  ...[
    'uid',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'selfLink',
    'managedFields',
  ].map((name) => ['metadata', name]),
  annotation('deployment.kubernetes.io/revision'),
  annotation('deprecated.daemonset.template.generation'),
];

const notAskedOf: ReadonlyMap<string, readonly Path[]> = new Map([
  ['Namespace', [['spec']]],
  ['Pod', [['spec', 'nodeName']]],
  ['PersistentVolumeClaim', [['spec', 'volumeName']]],
  ['ServiceAccount', [['secrets']]],
]);

/** As it is kept: the API takes it back, and it is what it was. */
export function restorable(object: ApiObject): InventoryObject {
  return dropAll(object, [...notAsked, ...(notAskedOf.get(object.kind) ?? [])]) as InventoryObject;
}

/** What may differ between two states that are the same to everyone. */
const meansNothing: readonly Path[] = [
  // What kubectl remembers of its last call, and when somebody restarted something.
  annotation('kubectl.kubernetes.io/last-applied-configuration'),
  ['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt'],
];

const meansNothingOf: ReadonlyMap<string, readonly Path[]> = new Map([
  // Addresses are given out anew to a Service that is made again.
  [
    'Service',
    [
      ['spec', 'clusterIP'],
      ['spec', 'clusterIPs'],
    ],
  ],
  // Filled in by whoever serves the webhook, some time after it was made.
  ['MutatingWebhookConfiguration', [['webhooks', '*', 'clientConfig', 'caBundle']]],
  ['ValidatingWebhookConfiguration', [['webhooks', '*', 'clientConfig', 'caBundle']]],
  ['CustomResourceDefinition', [['spec', 'conversion', 'webhook', 'clientConfig', 'caBundle']]],
]);

/** As it is compared. */
export function comparable(object: InventoryObject): InventoryObject {
  const kind = 'aggregationRule' in object ? [['rules']] : (meansNothingOf.get(object.kind) ?? []);
  return dropAll(object, [...meansNothing, ...kind]) as InventoryObject;
}

const dropAll = (object: object, paths: readonly Path[]): unknown =>
  paths.reduce<unknown>((rest, path) => drop(rest, path), object);

/** The value without that field. A map that is left empty goes too: the API does not keep empty ones. */
function drop(value: unknown, [key = '', ...rest]: Path): unknown {
  if (key === '*') return Array.isArray(value) ? value.map((item: unknown) => drop(item, rest)) : value;
  if (typeof value !== 'object' || value === null || !(key in value)) return value;
  const { [key]: inner, ...others } = value as Record<string, unknown>;
  const kept = rest.length === 0 ? undefined : drop(inner, rest);
  return kept === undefined || isEmptyMap(kept) ? others : { ...value, [key]: kept };
}

const isEmptyMap = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
