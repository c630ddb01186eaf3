import type { LabelSelector } from 'kubernetes-types/meta/v1.js';

/** A label selector on one line (`app=web,tier in (a,b)`); `<none>` when it is missing or selects everything. */
export function selectorText(selector: LabelSelector | undefined): string {
  const terms = [
    ...Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` })),
    ...(selector?.matchExpressions ?? []).map(({ key, operator, values }) => ({
      key,
      text: expression(key, operator, values ?? []),
    })),
  ];
  if (terms.length === 0) return '<none>';
  return terms
    .toSorted((a, b) => compare(a.key, b.key))
    .map(({ text }) => text)
    .join(',');
}

/** A plain map of labels, as services and nodes select by: `app=web,tier=front`. */
export const labelsText = (labels: Readonly<Record<string, string>> | undefined): string =>
  selectorText(labels === undefined ? undefined : { matchLabels: labels });

function expression(key: string, operator: string, values: readonly string[]): string {
  const set = `(${values.toSorted(compare).join(',')})`;
  switch (operator) {
    case 'In':
      return `${key} in ${set}`;
    case 'NotIn':
      return `${key} notin ${set}`;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return key;
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
