// Partial match: everything that is written must be there; what is not written may be anything.

/**
 * The first difference as a sentence with its path, or undefined when `actual` has all of `expected`. Every item of an
 * expected list must match some item of the actual one.
 */
export function mismatch(expected: unknown, actual: unknown, path: string): string | undefined {
  if (Array.isArray(expected)) return listMismatch(expected, actual, path);
  if (typeof expected === 'object' && expected !== null) return mapMismatch(expected, actual, path);
  if (Object.is(expected, actual)) return undefined;
  return actual === undefined
    ? `${path} is missing, expected ${show(expected)}`
    : `${path} is ${show(actual)}, expected ${show(expected)}`;
}

function listMismatch(expected: readonly unknown[], actual: unknown, path: string): string | undefined {
  if (!Array.isArray(actual)) return `${path} is ${show(actual)}, expected a list`;
  const items: readonly unknown[] = actual;
  const absent = expected.find((item) => items.every((other) => mismatch(item, other, path) !== undefined));
  if (absent === undefined) return undefined;
  const isPair = expected.length === 1 && items.length === 1;
  const only = isPair ? mismatch(absent, items[0], `${path}[0]`) : undefined;
  return only ?? `${path} has no item like ${show(absent)}`;
}

function mapMismatch(expected: object, actual: unknown, path: string): string | undefined {
  if (typeof actual !== 'object' || actual === null) {
    return `${path} is ${show(actual)}, expected ${show(expected)}`;
  }
  for (const [key, value] of Object.entries(expected)) {
    const problem = mismatch(
      value,
      (actual as Record<string, unknown>)[key],
      path === '' ? key : `${path}.${key}`,
    );
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const show = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value));
