// What a JSONPath finds. A missing field is nothing; an index outside a list is an error, as with kubectl.

import { isObject } from '../objects/object.ts';
import { JsonPathError, type Comparison, type Operand, type Path, type Step } from './parse.ts';

/** All values, in order. @throws JsonPathError */
export function evaluate(path: Path, current: unknown, root: unknown): readonly unknown[] {
  return path.steps.reduce<readonly unknown[]>(
    (values, step) => values.flatMap((value) => take(step, value, root)),
    [path.fromRoot ? root : current],
  );
}

function take(step: Step, value: unknown, root: unknown): readonly unknown[] {
  switch (step.type) {
    case 'field':
      return isObject(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case 'wildcard':
      return children(value);
    case 'recursive':
      return [value, ...descendants(value)];
    case 'index':
      return [at(list(value), step.index)];
    case 'slice':
      return sliced(list(value), step);
    case 'union':
      return step.paths.flatMap((path) => evaluate(path, value, root));
    case 'filter':
      return list(value).filter((item) => passes(step.left, step.compare, item, root));
  }
}

function children(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value)
    ? Object.keys(value)
        .toSorted()
        .map((key) => value[key])
    : [];
}

const descendants = (value: unknown): readonly unknown[] =>
  children(value).flatMap((child) =>
    typeof child === 'object' && child !== null ? [child, ...descendants(child)] : [],
  );

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new JsonPathError(`${goText(value)} is not array or slice`);
}

const goText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function at(items: readonly unknown[], index: number): unknown {
  const from = index < 0 ? items.length + index : index;
  if (from < 0 || from >= items.length) throw outOfBounds(from, items);
  return items[from];
}

const outOfBounds = (index: number, { length }: readonly unknown[]): JsonPathError =>
  new JsonPathError(`array index out of bounds: index ${index}, length ${length}`);

function sliced(
  items: readonly unknown[],
  { from, to, step }: Extract<Step, { type: 'slice' }>,
): readonly unknown[] {
  const start = from < 0 ? items.length + from : from;
  const end = Math.min(to === undefined ? items.length : to < 0 ? items.length + to : to, items.length);
  if (start < 0 || (start >= items.length && items.length > 0)) throw outOfBounds(start, items);
  if (step <= 0) throw new JsonPathError('step must be > 0');
  return items.slice(start, end).filter((_, index) => index % step === 0);
}

function passes(left: Operand, compare: Comparison | undefined, item: unknown, root: unknown): boolean {
  const values = operandValues(left, item, root);
  if (compare === undefined) return values.length > 0;
  const [a] = values;
  if (values.length === 0) return false;
  if (values.length > 1) throw new JsonPathError('can only compare one element at a time');
  const [b, ...more] = operandValues(compare.right, item, root);
  if (more.length > 0) throw new JsonPathError('can only compare one element at a time');
  if (b === undefined) return false;
  return compared(compare.operator, a, b);
}

const operandValues = (operand: Operand, item: unknown, root: unknown): readonly unknown[] =>
  'literal' in operand ? [operand.literal] : evaluate(operand.path, item, root);

function compared(operator: Comparison['operator'], a: unknown, b: unknown): boolean {
  if (typeof a !== typeof b) throw new JsonPathError('incompatible types for comparison');
  const [x, y] = [a as string | number, b as string | number];
  switch (operator) {
    case '==':
      return x === y;
    case '!=':
      return x !== y;
    case '<':
      return x < y;
    case '<=':
      return x <= y;
    case '>':
      return x > y;
    case '>=':
      return x >= y;
  }
}
