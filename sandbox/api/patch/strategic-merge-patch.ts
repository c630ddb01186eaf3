// Strategic merge patch: lists are merged by the keys the schema names, with directives for the rest
// (k8s.io/apimachinery/pkg/util/strategicpatch).

import type { Schema } from '../../schema/type.ts';
import { mergedOrder } from '../managed-fields/merged-order.ts';
import { fieldSchema } from '../managed-fields/shape.ts';
import { equal } from '../registry/equal.ts';
import { badRequest, unexpected } from '../registry/refusals.ts';
import { goPrinted } from './go-printed.ts';

type Fields = Record<string, unknown>;

const orderDirective = '$setElementOrder/';
const removeDirective = '$deleteFromPrimitiveList/';

/** `target` with `patch` applied; neither is changed. @throws what the API server makes of a patch that it cannot apply */
export function strategicMergePatch(schema: Schema | undefined, target: unknown, patch: Fields): unknown {
  if (patch['$patch'] === 'delete') return {};
  if (patch['$patch'] === 'replace') return mergeFields(schema, {}, patch);
  if (patch['$patch'] !== undefined && patch['$patch'] !== 'merge') {
    throw unexpected(`unknown patch type: ${goPrinted(patch['$patch'])} in map: ${goPrinted(patch)}`);
  }
  return mergeFields(schema, isFields(target) ? target : {}, patch);
}

function mergeFields(schema: Schema | undefined, target: Fields, patch: Fields): Fields {
  const retained = directive(patch, '$retainKeys', 'retainKeys');
  const merged: Fields = Object.fromEntries(
    Object.entries(target).filter(([key]) => retained === undefined || retained.includes(key)),
  );
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(removeDirective)) {
      const field = key.slice(removeDirective.length);
      directive(patch, key, 'primitive list');
      merged[field] = listOf(merged[field]).filter(
        (item) => !listOf(value).some((other) => equal(item, other)),
      );
    }
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    if (value === null) delete merged[key];
    else merged[key] = mergeValue(fieldSchema(schema, key), merged[key], value);
  }
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith(orderDirective)) continue;
    const field = key.slice(orderDirective.length);
    directive(patch, key, 'setElementOrder list');
    const mergeKey = fieldSchema(schema, field)?.['x-kubernetes-patch-merge-key'];
    if (Array.isArray(merged[field])) merged[field] = inOrder(merged[field], listOf(order), mergeKey);
  }
  return merged;
}

function mergeValue(schema: Schema | undefined, target: unknown, value: unknown): unknown {
  if (isFields(value)) {
    const strategy = schema?.['x-kubernetes-patch-strategy'] ?? '';
    return strategy.split(',').includes('replace') ? value : strategicMergePatch(schema, target, value);
  }
  if (!Array.isArray(value)) return value;
  const isMerged = (schema?.['x-kubernetes-patch-strategy'] ?? '').split(',').includes('merge');
  if (!isMerged) return value;
  const mergeKey = schema?.['x-kubernetes-patch-merge-key'];
  return mergeKey === undefined
    ? unite(listOf(target), value)
    : mergeItems(schema?.items, listOf(target), value, mergeKey);
}

function mergeItems(
  schema: Schema | undefined,
  target: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string,
): readonly unknown[] {
  const isReplaced = patch.some((item) => isFields(item) && item['$patch'] === 'replace');
  const merged = isReplaced ? [] : [...target];
  for (const item of patch) {
    if (!isFields(item))
      throw unexpected(`list element types are not identical: ${goPrinted([target, patch])}`);
    const { $patch: wanted, ...rest } = item;
    if (wanted === 'replace' && Object.keys(rest).length === 0) continue;
    const identity = item[mergeKey];
    if (identity === undefined) {
      throw unexpected(`map: ${goPrinted(item)} does not contain declared merge key: ${mergeKey}`);
    }
    const index = merged.findIndex((other) => isFields(other) && other[mergeKey] === identity);
    if (wanted === 'delete') {
      if (index !== -1) merged.splice(index, 1);
    } else if (index === -1) {
      merged.push(strategicMergePatch(schema, {}, rest));
    } else {
      merged[index] = strategicMergePatch(schema, merged[index], item);
    }
  }
  return merged;
}

/** The list that a directive has to have. @throws BadRequest for anything else */
function directive(patch: Fields, name: string, what: string): readonly unknown[] | undefined {
  const value = patch[name];
  if (value === undefined || Array.isArray(value)) return value;
  throw badRequest(`invalid patch format of ${what}`);
}

function inOrder(
  list: readonly unknown[],
  order: readonly unknown[],
  mergeKey: string | undefined,
): readonly unknown[] {
  const identity = (item: unknown): string =>
    JSON.stringify(mergeKey === undefined || !isFields(item) ? item : item[mergeKey]);
  const byIdentity = new Map(list.map((item) => [identity(item), item]));
  const wanted = order.map(identity).filter((key) => byIdentity.has(key));
  return mergedOrder([...byIdentity.keys()], wanted).map((key) => byIdentity.get(key));
}

const unite = (target: readonly unknown[], added: readonly unknown[]): readonly unknown[] => [
  ...target,
  ...added.filter((item) => !target.some((other) => equal(item, other))),
];

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
