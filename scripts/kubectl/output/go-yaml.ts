// YAML as kubectl writes it (go-yaml v2): lists at the level of their key, keys in natural order, text folded behind
// column 80.

import { isObject } from '../objects/object.ts';
import { naturalOrder } from './natural-order.ts';
import { scalarText } from './go-yaml-scalar.ts';

/** One document, with its last line end. */
export function goYaml(value: unknown): string {
  if (isCollection(value) && !isEmpty(value)) return block(value, 0);
  return `${flow(value, 0, 0)}\n`;
}

function block(value: object, indent: number): string {
  return Array.isArray(value)
    ? value.map((item: unknown) => `${pad(indent)}-${entry(item, indent, indent + 1, true)}`).join('')
    : Object.entries(value)
        .toSorted(([a], [b]) => naturalOrder(a, b))
        .map(([name, item]) => {
          const key = `${pad(indent)}${scalarText(name, { column: indent, indent, isKey: true })}:`;
          return key + entry(item, indent, key.length, false);
        })
        .join('');
}

/** What stands behind `key:` or `-`, to the line end. */
function entry(value: unknown, indent: number, column: number, inList: boolean): string {
  if (!isCollection(value) || isEmpty(value)) return ` ${flow(value, indent, column + 1)}\n`;
  if (inList) return ` ${block(value, indent + 2).slice(indent + 2)}`;
  return `\n${block(value, Array.isArray(value) ? indent : indent + 2)}`;
}

function flow(value: unknown, indent: number, column: number): string {
  if (Array.isArray(value)) return '[]';
  if (isObject(value)) return '{}';
  return typeof value === 'string' ? scalarText(value, { column, indent, isKey: false }) : String(value);
}

const isCollection = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isEmpty = (value: object): boolean => Object.keys(value).length === 0;
const pad = (indent: number): string => ' '.repeat(indent);
