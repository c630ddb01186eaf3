// What `istioctl analyze` finds in a set of objects (facts §10.2). Not looked for:
//   IST0136            Istio left its search for alpha annotations out of analyze: most of its own are alpha
//   IST0143            analyze of 1.25 does not look into pods for the addresses their programs listen on
//   IST0151 to 0155    EnvoyFilters are stored, and nothing else is done with them
//   IST0158            every proxy of the sandbox is of the one image; the injector's ConfigMap, which says it, is not there
//   IST0167            Sidecars of ambient workloads: there is no ambient mode
//   IST0170            there is one cluster

import { annotationMessages } from './annotations.ts';
import { conditionMessages } from './conditions.ts';
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
    ...annotationMessages(resources),
    ...conditionMessages(resources),
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
