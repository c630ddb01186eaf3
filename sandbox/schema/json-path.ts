// The simple JSON paths of a CRD's printer columns and scale subresource: `.spec.hosts`, `.spec['a.b']`,
// `.items[0]`, `.items[*].name`, `.conditions[?(@.type=="Ready")].status` (client-go, util/jsonpath).

import { isRecord } from './json.ts';

/** Everything the path finds in a JSON value, in order; `[]` when something on the way is missing. */
export type JsonPath = (value: unknown) => readonly unknown[];

/** @throws SyntaxError for a path outside the forms above */
export function jsonPath(text: string): JsonPath {
  const steps: Step[] = [];
  let rest = text.replace(/^\$/, '');
  while (rest !== '') {
    const [step, length] = nextStep(rest, text);
    steps.push(step);
    rest = rest.slice(length);
  }
  return (value) => steps.reduce<readonly unknown[]>((found, step) => found.flatMap(step), [value]);
}

type Step = (value: unknown) => readonly unknown[];

const forms: readonly (readonly [RegExp, (parts: readonly string[]) => Step])[] = [
  [/^\.?\[\*\]|^\.\*/, () => everything],
  [/^\.?\[(-?\d+)\]/, ([, index = '0']) => item(Number(index))],
  [/^\.?\[(?:'([^']*)'|"([^"]*)")\]/, ([, single, double]) => field(single ?? double ?? '')],
  [
    /^\.?\[\?\(\s*@((?:\.[\w-]+)+)\s*(==|!=)\s*(?:'([^']*)'|"([^"]*)"|([\w.-]+))\s*\)\]/,
    ([, path = '', operator = '', single, double, bare]) =>
      filter(jsonPath(path), operator === '==', single ?? double ?? bare ?? ''),
  ],
  [/^\.((?:\\.|[^.[\]\\])+)/, ([, name = '']) => field(name.replaceAll(/\\(.)/g, '$1'))],
  // The root itself.
  [/^\.$/, () => (value) => [value]],
];

function nextStep(rest: string, whole: string): [step: Step, length: number] {
  for (const [form, make] of forms) {
    const parts = form.exec(rest);
    if (parts !== null) return [make(parts), parts[0].length];
  }
  throw new SyntaxError(`unrecognized JSON path ${JSON.stringify(whole)}`);
}

const everything: Step = (value) => {
  if (Array.isArray(value)) return value as unknown[];
  return isRecord(value) ? Object.values(value) : [];
};

const item =
  (index: number): Step =>
  (value) =>
    Array.isArray(value) && index < value.length && -index <= value.length ? [value.at(index)] : [];

const field =
  (name: string): Step =>
  (value) =>
    isRecord(value) && Object.hasOwn(value, name) ? [value[name]] : [];

const filter =
  (path: JsonPath, wanted: boolean, text: string): Step =>
  (value) =>
    everything(value).filter((one) => path(one).some((found) => String(found) === text) === wanted);
