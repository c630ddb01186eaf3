import { timestamp } from '../../clock/clock.ts';
import type { AnyObject } from '../../kube/object.ts';
import type { ResourceType } from '../../schema/type.ts';
import type { RegistryContext, WriteOptions } from '../registry/context.ts';
import { apiVersionOf, versionOf } from '../registry/types.ts';
import { difference, isEmpty, union, emptySet, type FieldSet } from './field-set.ts';
import { changesOf } from './field-sets-of.ts';
import { isSameManager, managed, managersOf, toManagedFields, withoutFields } from './managers.ts';

/**
 * Writes into `next.metadata.managedFields` who owns what after an update by `options.manager`: the fields it changed
 * become its own, the fields it removed nobody's (structured-merge-diff, merge/update.go).
 */
export function trackUpdate(
  context: Pick<RegistryContext, 'clock' | 'types'>,
  type: ResourceType,
  old: AnyObject | undefined,
  next: AnyObject,
  { manager = '', version, subresource }: WriteOptions,
): void {
  const own = {
    name: manager,
    operation: 'Update',
    apiVersion: apiVersionOf(type.group, version),
    subresource: subresource === 'finalize' || subresource === undefined ? '' : subresource,
  } as const;
  const before = old === undefined ? {} : managed(type, old, subresource);
  const after = managed(type, next, subresource);
  const { added, modified, removed } = changesOf(versionOf(type).schema(), before, after);
  if (!context.types.isCustom(type)) withoutStructs(added, old === undefined ? 0 : Infinity);
  withoutStructs(added, 0, topLevel);
  const taken = union(added, modified);
  if (isEmpty(taken) && isEmpty(removed)) return;
  const managers = managersOf(next);
  const mine = managers.find((each) => isSameManager(each, own));
  const others = managers.filter((each) => each !== mine);
  next.metadata.managedFields = toManagedFields([
    ...others.map((each) => withoutFields(each, union(taken, removed))),
    {
      ...own,
      time: timestamp(context.clock),
      set: difference(union(mine?.set ?? emptySet(), taken), removed),
    },
  ]);
}

const topLevel = new Set(['f:metadata']);

/** Fields that Kubernetes' Go types always have: an object without them is the same as one with them empty. */
const structs = new Set(['f:metadata', 'f:spec', 'f:status', 'f:template', 'f:strategy', 'f:containers']);

function withoutStructs(set: FieldSet, depth: number, names: ReadonlySet<string> = structs): void {
  if (depth > 4) return;
  for (const [key, child] of set.children) {
    if (!names.has(key) || child.children.size === 0) continue;
    child.member = false;
    withoutStructs(child, depth + 1, names);
  }
}
