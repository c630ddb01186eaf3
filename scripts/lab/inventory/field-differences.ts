// Where two values differ, field by field, in the words of a manifest.

export interface FieldDifference {
  /** `spec.template.spec.containers[catalog].image`. */
  readonly path: string;
  /** undefined: the field is not there. */
  readonly expected: unknown;
  readonly found: unknown;
}

/** The smallest fields that differ, in the order of `expected`; fields that only `found` has come last. */
export function fieldDifferences(expected: unknown, found: unknown, path = ''): readonly FieldDifference[] {
  if (Object.is(expected, found)) return [];
  const names = isList(expected) && isList(found) ? itemNames(expected, found) : undefined;
  if (names !== undefined) {
    return [
      ...names.flatMap((name) =>
        fieldDifferences(named(expected, name), named(found, name), `${path}[${name}]`),
      ),
      ...orderDifference(namesIn(expected), namesIn(found), path),
    ];
  }
  if (isListOfMaps(expected) && isListOfMaps(found)) {
    return Array.from({ length: Math.max(expected.length, found.length) }).flatMap((_, index) =>
      fieldDifferences(expected[index], found[index], `${path}[${index}]`),
    );
  }
  if (isMap(expected) && isMap(found)) {
    return [...new Set([...Object.keys(expected), ...Object.keys(found)])].flatMap((key) =>
      fieldDifferences(expected[key], found[key], below(path, key)),
    );
  }
  return isList(expected) && JSON.stringify(expected) === JSON.stringify(found)
    ? []
    : [{ path, expected, found }];
}

/** Containers, ports and the like are found by their names, so that one more does not shift the others. */
function itemNames(expected: unknown, found: unknown): readonly string[] | undefined {
  const lists = [expected, found].map(namesIn);
  const all = lists.flat();
  const unique = lists.every((names) => new Set(names).size === names.length);
  if (!unique || all.length === 0 || !all.every((name) => typeof name === 'string')) return undefined;
  return [...new Set(all)];
}

/** Rules are tried from first to last, so their order is part of what they say. */
function orderDifference(
  expected: readonly unknown[],
  found: readonly unknown[],
  path: string,
): readonly FieldDifference[] {
  const both = [
    expected.filter((name) => found.includes(name)),
    found.filter((name) => expected.includes(name)),
  ];
  if (JSON.stringify(both[0]) === JSON.stringify(both[1])) return [];
  return [{ path: `${path}, their order`, expected, found }];
}

const namesIn = (list: unknown): readonly unknown[] =>
  isListOfMaps(list) ? list.map(({ name }) => name) : [];

const named = (list: unknown, name: string): unknown =>
  isListOfMaps(list) ? list.find((item) => item['name'] === name) : undefined;

function below(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}["${key}"]`;
  return path === '' ? key : `${path}.${key}`;
}

type FieldMap = Readonly<Record<string, unknown>>;

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const isMap = (value: unknown): value is FieldMap =>
  typeof value === 'object' && value !== null && !isList(value);

const isListOfMaps = (value: unknown): value is readonly FieldMap[] => isList(value) && value.every(isMap);
