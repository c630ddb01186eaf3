// Values as Go's `%#v` prints them: Kubernetes puts maps and structs into its messages that way.

import type { LabelSelector } from 'kubernetes-types/meta/v1.js';

/** Stands in a message as it is, without quotes. */
export class GoValue {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export function goStringMap(map: Readonly<Record<string, string>> | undefined): GoValue {
  if (map === undefined) return new GoValue('map[string]string(nil)');
  const entries = Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const texts = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return new GoValue(`map[string]string{${texts.join(', ')}}`);
}

export function goSelector({ matchLabels, matchExpressions }: LabelSelector): GoValue {
  const type = 'v1.LabelSelectorRequirement';
  const expressions = matchExpressions?.map(
    ({ key, operator, values }) =>
      `${type}{Key:${JSON.stringify(key)}, Operator:${JSON.stringify(operator)}, Values:${goStrings(values)}}`,
  );
  const list = expressions === undefined ? `[]${type}(nil)` : `[]${type}{${expressions.join(', ')}}`;
  return new GoValue(
    `v1.LabelSelector{MatchLabels:${goStringMap(matchLabels).text}, MatchExpressions:${list}}`,
  );
}

/** A number or name as Kubernetes' IntOrString. */
export function goIntOrString(value: number | string): GoValue {
  const [type, number, text] = typeof value === 'number' ? [0, value, ''] : [1, 0, value];
  return new GoValue(`intstr.IntOrString{Type:${type}, IntVal:${number}, StrVal:${JSON.stringify(text)}}`);
}

/** A JSON object of scalars. */
export function goObject(object: Readonly<Record<string, unknown>>): GoValue {
  const entries = Object.entries(object).map(
    ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`,
  );
  return new GoValue(`map[string]interface {}{${entries.toSorted().join(', ')}}`);
}

const goStrings = (list: readonly string[] | undefined): string =>
  list === undefined ? '[]string(nil)' : `[]string{${list.map((text) => JSON.stringify(text)).join(', ')}}`;
