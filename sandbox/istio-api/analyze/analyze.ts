// What `istioctl analyze` finds in a set of objects (facts §10.2). Not looked for: annotations (IST0107, 0108, 0125, 0135,
// 0136), EnvoyFilters (IST0151 to 0155), images and listeners of pods (IST0143, 0146, 0147, 0158), what needs ambient or
// several clusters (IST0166, 0167, 0170), and conditions of statuses (IST0171).

import { destinationRuleMessages } from './destination-rules.ts';
import { gatewayMessages } from './gateways.ts';
import { nameOf, Resources } from './resources.ts';
import { schemaMessages } from './schema.ts';
import { selectorMessages } from './selectors.ts';
import { serviceMessages } from './services.ts';
import { virtualServiceMessages } from './virtual-services.ts';
import { workloadMessages } from './workloads.ts';
import type { AnyObject } from '../../kube/object.ts';
import type { Level, Message } from './message.ts';

/**
 * Findings in istioctl's order: errors, warnings, infos; each by code and object.
 * @param namespace only what concerns it: its own objects, and the namespace itself
 */
export function analyze(
  objects: readonly AnyObject[],
  { namespace }: { readonly namespace?: string } = {},
): readonly Message[] {
  const resources = new Resources(objects);
  const found = [
    ...objects.flatMap(schemaMessages),
    ...virtualServiceMessages(resources),
    ...destinationRuleMessages(resources),
    ...gatewayMessages(resources),
    ...selectorMessages(resources),
    ...serviceMessages(resources),
    ...workloadMessages(resources),
  ];
  return found
    .filter(({ object }) => namespace === undefined || namespaceOf(object) === namespace)
    .toSorted(inOrder);
}

const namespaceOf = ({ kind, metadata }: AnyObject): string =>
  kind === 'Namespace' ? metadata.name : (metadata.namespace ?? '');

const ranks: Readonly<Record<Level, number>> = { Error: 0, Warning: 1, Info: 2 };

const inOrder = (a: Message, b: Message): number =>
  ranks[a.level] - ranks[b.level] || compare(a.code, b.code) || compare(keyOf(a), keyOf(b));

const keyOf = ({ object }: Message): string => `${object.kind} ${nameOf(object)}`;

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
