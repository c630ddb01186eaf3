// Label selectors in their text form (k8s.io/apimachinery/pkg/labels/selector.go).

import { badRequest } from '../registry/refusals.ts';
import { keyProblems, labelValueProblems } from '../registry/metadata-rules.ts';

export type LabelSelector = (labels: Readonly<Record<string, string>>) => boolean;

/** `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1`. @throws BadRequest */
export function labelSelector(text: string): LabelSelector {
  const requirements = split(text).map(requirement);
  return (labels) => requirements.every((matches) => matches(labels));
}

/** At commas that are not within parentheses. */
function split(text: string): readonly string[] {
  if (text.trim() === '') return [];
  return text.split(/,(?![^(]*\))/u).map((part) => part.trim());
}

function requirement(text: string): LabelSelector {
  const set = /^(?<key>[^\s!=<>(),]+)\s+(?<operator>in|notin)\s*\((?<values>[^()]*)\)$/u.exec(text);
  if (set?.groups !== undefined) {
    const { key = '', operator, values = '' } = set.groups;
    const wanted = new Set(values.split(',').map((value) => checkedValue(value.trim())));
    checkKey(key);
    return operator === 'in'
      ? (labels) => Object.hasOwn(labels, key) && wanted.has(labels[key] ?? '')
      : (labels) => !Object.hasOwn(labels, key) || !wanted.has(labels[key] ?? '');
  }
  const exists = /^(?<not>!?)\s*(?<key>[^\s!=<>(),]+)$/u.exec(text);
  if (exists?.groups !== undefined) {
    const { not, key = '' } = exists.groups;
    checkKey(key);
    return (labels) => Object.hasOwn(labels, key) === (not === '');
  }
  const comparison = /^(?<key>[^\s!=<>(),]+)\s*(?<operator>==|=|!=|<|>)\s*(?<value>[^\s!=<>(),]*)$/u.exec(
    text,
  );
  if (comparison?.groups === undefined) {
    throw badRequest(`unable to parse requirement: found '${text}', expected: a label requirement`);
  }
  const { key = '', operator, value = '' } = comparison.groups;
  checkKey(key);
  checkedValue(value);
  switch (operator) {
    case '!=':
      return (labels) => labels[key] !== value;
    case '<':
      return (labels) => Object.hasOwn(labels, key) && Number(labels[key]) < Number(value);
    case '>':
      return (labels) => Object.hasOwn(labels, key) && Number(labels[key]) > Number(value);
    default:
      return (labels) => Object.hasOwn(labels, key) && labels[key] === value;
  }
}

function checkKey(key: string): void {
  const [problem] = keyProblems(key);
  if (problem !== undefined) {
    throw badRequest(`unable to parse requirement: <nil>: Invalid value: ${JSON.stringify(key)}: ${problem}`);
  }
}

function checkedValue(value: string): string {
  const [problem] = labelValueProblems(value);
  if (problem === undefined) return value;
  throw badRequest(
    `unable to parse requirement: values[0][key]: Invalid value: ${JSON.stringify(value)}: ${problem}`,
  );
}
