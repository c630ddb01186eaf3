// Sets of field paths, as trees. Keys of children are written as in FieldsV1: `f:name`, `k:{"name":"x"}`, `v:"x"`
// (structured-merge-diff, fieldpath/serialize-pe.go).

export interface FieldSet {
  /** Whether the path that leads here is in the set. */
  member: boolean;
  readonly children: Map<string, FieldSet>;
}

export const emptySet = (): FieldSet => ({ member: false, children: new Map() });

export function isEmpty(set: FieldSet | undefined): boolean {
  return set === undefined || (!set.member && set.children.size === 0);
}

/** The child at `key`, made when missing. Whoever makes one must put a member in it. */
export function childOf(set: FieldSet, key: string): FieldSet {
  const child = set.children.get(key) ?? emptySet();
  set.children.set(key, child);
  return child;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = { member: a.member || b.member, children: new Map(a.children) };
  for (const [key, child] of b.children) {
    const own = a.children.get(key);
    result.children.set(key, own === undefined ? child : union(own, child));
  }
  return result;
}

/** Paths of `a` that are not in `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = { member: a.member && !b.member, children: new Map() };
  for (const [key, child] of a.children) {
    const other = b.children.get(key);
    const rest = other === undefined ? child : difference(child, other);
    if (!isEmpty(rest)) result.children.set(key, rest);
  }
  return result;
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = { member: a.member && b.member, children: new Map() };
  for (const [key, child] of a.children) {
    const other = b.children.get(key);
    if (other === undefined) continue;
    const shared = intersection(child, other);
    if (!isEmpty(shared)) result.children.set(key, shared);
  }
  return result;
}

/** The set as `fieldsV1` of a managedFields entry. */
export function toFieldsV1(set: FieldSet): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  if (set.member && set.children.size > 0) fields['.'] = {};
  for (const key of [...set.children.keys()].toSorted(byCodeUnit)) {
    const child = set.children.get(key);
    if (child !== undefined) fields[key] = toFieldsV1(child);
  }
  return fields;
}

/** Whether the value, which a client may have made up, is a set of fields. */
export function isFieldsV1(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([key, child]) => key === '.' || (isElement(key) && isFieldsV1(child)));
}

function isElement(key: string): boolean {
  const rest = key.slice(2);
  switch (key.slice(0, 2)) {
    case 'f:':
      return true;
    case 'i:':
      return /^-?\d+$/u.test(rest);
    case 'v:':
      return parsed(rest) !== undefined;
    case 'k:':
      return isMap(parsed(rest));
    default:
      return false;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isMap = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function fromFieldsV1(fields: Readonly<Record<string, unknown>>): FieldSet {
  return parse(fields, false);
}

function parse(fields: Readonly<Record<string, unknown>>, leafIsMember: boolean): FieldSet {
  const keys = Object.keys(fields);
  const set: FieldSet = {
    member: '.' in fields || (leafIsMember && keys.length === 0),
    children: new Map(),
  };
  for (const key of keys) {
    if (key !== '.') set.children.set(key, parse(fields[key] as Record<string, unknown>, true));
  }
  return set;
}

/** Every path of the set, as messages print them: `.spec.containers[name="x"].image`. */
export function pathsOf(set: FieldSet, prefix = ''): readonly string[] {
  return [
    ...(set.member ? [prefix] : []),
    ...[...set.children.keys()]
      .toSorted(byCodeUnit)
      .flatMap((key) => pathsOf(set.children.get(key) ?? emptySet(), prefix + printed(key))),
  ];
}

function printed(key: string): string {
  const rest = key.slice(2);
  if (key.startsWith('f:')) return `.${rest}`;
  if (key.startsWith('v:')) return `[=${rest}]`;
  if (key.startsWith('i:')) return `[${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as Record<string, unknown>);
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
