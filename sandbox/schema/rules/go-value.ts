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

const goStrings = (list: readonly string[] | undefined): string =>
  list === undefined ? '[]string(nil)' : `[]string{${list.map((text) => JSON.stringify(text)).join(', ')}}`;
