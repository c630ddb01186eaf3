// What `istioctl analyze` finds in a set of objects (facts §10.2): IST0101, 0102, 0103, 0109, 0111, 0112, 0118, 0123,
// 0127 and 0132. The other codes are not looked for.

import { Resources } from './resources.ts';
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
  const found = [...virtualServiceMessages(resources), ...workloadMessages(resources)];
  return found
    .filter(({ object }) => namespace === undefined || namespaceOf(object) === namespace)
    .toSorted(inOrder);
}

const namespaceOf = ({ kind, metadata }: AnyObject): string =>
  kind === 'Namespace' ? metadata.name : (metadata.namespace ?? '');

const ranks: Readonly<Record<Level, number>> = { Error: 0, Warning: 1, Info: 2 };

const inOrder = (a: Message, b: Message): number =>
  ranks[a.level] - ranks[b.level] || compare(a.code, b.code) || compare(keyOf(a), keyOf(b));

const keyOf = ({ object }: Message): string =>
  `${object.kind} ${namespaceOf(object)}/${object.metadata.name}`;

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
