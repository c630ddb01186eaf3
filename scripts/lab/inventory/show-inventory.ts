// Differences between inventories, as lines for people.

import type { Step } from '../format/lab.ts';
import type { ChangedObject, Difference } from './compare.ts';
import type { FieldDifference } from './field-differences.ts';
import { titleOf, type InventoryObject } from './inventory.ts';

export interface ShowOptions {
  /** The step that made an object, where one did. */
  readonly makerOf: (object: InventoryObject) => Step | undefined;
}

/** One line for an object, and two more for each of its fields that differ. */
export function showDifference(difference: Difference, options: ShowOptions): readonly string[] {
  const { missing, extra, changed } = difference;
  return [
    ...withoutContents(missing).map((object) => `missing  ${showObject(object, missing, options)}`),
    ...withoutContents(extra).map((object) => `extra    ${showObject(object, extra, options)}`),
    ...changed.flatMap((object) => [`changed  ${titleOf(object.expected)}`, ...showFields(object)]),
  ];
}

/** A namespace stands for all that is in it. */
export function withoutContents(objects: readonly InventoryObject[]): readonly InventoryObject[] {
  const namespaces = new Set(objects.filter(isNamespace).map(({ metadata }) => metadata.name));
  return objects.filter(({ metadata }) => !namespaces.has(metadata.namespace ?? ''));
}

/** `VirtualService shop/catalog (made in "Let the mesh try again")`. */
export function showObject(
  object: InventoryObject,
  all: readonly InventoryObject[],
  { makerOf }: ShowOptions,
): string {
  const inside = all.filter(
    ({ metadata }) => isNamespace(object) && metadata.namespace === object.metadata.name,
  );
  const contents = inside.length === 0 ? '' : ` and the ${counted(inside.length, 'object')} in it`;
  const maker = makerOf(object);
  return `${titleOf(object)}${contents}${maker === undefined ? '' : ` (made in "${maker.title}")`}`;
}

const isNamespace = ({ kind }: InventoryObject): boolean => kind === 'Namespace';

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const showFields = ({ expected: { kind }, fields }: ChangedObject): readonly string[] =>
  fields.flatMap((field) => showField(field, kind === 'Secret'));

function showField({ path, expected, found }: FieldDifference, isSecret: boolean): readonly string[] {
  const [asked, seen] = [expected, found].map((value) => (isSecret ? hidden(value) : showValue(value)));
  return [
    `           ${path}`,
    `             lab:     ${asked ?? ''}`,
    `             cluster: ${seen ?? ''}`,
  ];
}

const mostCharacters = 200;

function showValue(value: unknown): string {
  if (value === undefined) return 'not there';
  const text = JSON.stringify(value);
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters)}…`;
}

const hidden = (value: unknown): string => (value === undefined ? 'not there' : 'a value that is not shown');
