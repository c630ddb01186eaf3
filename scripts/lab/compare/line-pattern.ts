// One line of expected output as a pattern: text that must be equal, and typed holes such as <age>.
//
// A run of blanks equals any run of blanks, so columns may be of any width. A pattern matches whole lines only.
// `\<` is the character <.

import { didYouMean } from '../../closest.ts';

// Kubernetes' generated suffixes use these characters only (k8s.io/apimachinery/pkg/util/rand).
const safe = '[bcdfghjklmnpqrstvwxz2456789]';
const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const clock = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:[.,]\\d{1,9})?';
const hex = '[0-9a-fA-F]';

const patternOf: ReadonlyMap<string, string> = new Map([
  // A pod of a Deployment, DaemonSet or StatefulSet.
  ['pod', `[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?-(?:${safe}{5}|\\d+)`],
  // The suffix of a ReplicaSet, of a pod, or of both; or a hexadecimal digest.
  ['hash', `(?:${safe}{6,10}-${safe}{5}|${safe}{5,10}|[0-9a-f]{7,64})`],
  // k8s.io/apimachinery/pkg/util/duration.HumanDuration
  ['age', '(?=\\d)(?:\\d+y)?(?:\\d+d)?(?:\\d+h)?(?:\\d+m)?(?:\\d+s)?(?<=[ydhms])'],
  ['ip', `(?:${octet}(?:\\.${octet}){3}|(?=[^\\s\\]]*:[^\\s\\]]*:)(?:${hex}{0,4}:){2,7}${hex}{0,4})`],
  ['port', '(?:6553[0-5]|655[0-2]\\d|65[0-4]\\d{2}|6[0-4]\\d{3}|[1-5]\\d{4}|[1-9]\\d{0,3})'],
  ['uuid', `${hex}{8}(?:-${hex}{4}){3}-${hex}{12}`],
  // RFC 3339, the date of RFC 9110 (HTTP), or a time of day.
  [
    'time',
    `(?:\\d{4}-\\d{2}-\\d{2}[T ]${clock}(?:Z| ?[+-]\\d{2}:?\\d{2})?|[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} ${clock} GMT|${clock})`,
  ],
  ['n', '-?\\d+(?:\\.\\d+)?'],
  ['ms', '\\d+(?:\\.\\d+)?'],
  ['any', '\\S(?:.*?\\S)?'],
]);

export const holeNames: readonly string[] = [...patternOf.keys()];

// What kubectl itself prints between angle brackets.
const kubectlWords = new Set(['none', 'pending', 'unknown', 'unset', 'nil', 'invalid']);

// Backslashes, `<`, and the name if a whole `<name>` stands there.
const part = /(\\*)<(?:([a-zA-Z][\w-]*)>)?/g;

export interface LinePattern {
  matches(line: string): boolean;
}

/** @param line one line of expected output */
export function linePattern(line: string): LinePattern {
  const expression = new RegExp(`^${parts(line.trimEnd()).map(partPattern).join('')}$`);
  return { matches: (actual) => expression.test(actual.trimEnd()) };
}

/** Whether the line has a hole. */
export const hasHole = (line: string): boolean => parts(line).some((found) => 'hole' in found);

/** True for a line that stands for any lines. */
export const isEllipsis = (line: string): boolean => line.trim() === '...';

/** The word, so written that its pattern matches it and nothing else. */
export function literalWord(word: string): string {
  return word.replaceAll(part, (found, slashes: string, name?: string) =>
    slashes === '' && (name === undefined || kubectlWords.has(name)) ? found : `\\${slashes}${found}`,
  );
}

/** The line, so written that it is not read as an ellipsis. */
export const literalLine = (line: string): string => line.replace(/^(\s*)(\\*\.\.\.\s*)$/, '$1\\$2');

/** Holes that have no pattern, with their offsets in the text. */
export function unknownHoles(
  text: string,
): readonly { readonly name: string; readonly offset: number; readonly suggestion: string }[] {
  return Array.from(text.matchAll(part)).flatMap(({ 1: slashes = '', 2: name, index }) =>
    name === undefined || isEscaped(slashes) || patternOf.has(name) || kubectlWords.has(name)
      ? []
      : [{ name, offset: index + slashes.length, suggestion: didYouMean(name, holeNames) }],
  );
}

type Part = { readonly text: string } | { readonly hole: string };

function parts(line: string): readonly Part[] {
  const plain = line.replace(/^(\s*)\\(\\*\.\.\.)$/, '$1$2');
  const found: Part[] = [];
  let end = 0;
  for (const { 0: whole, 1: slashes = '', 2: name, index } of plain.matchAll(part)) {
    found.push({ text: plain.slice(end, index) + slashes.slice(0, slashes.length / 2) });
    const pattern = isEscaped(slashes) ? undefined : patternOf.get(name ?? '');
    found.push(pattern === undefined ? { text: whole.slice(slashes.length) } : { hole: pattern });
    end = index + whole.length;
  }
  found.push({ text: plain.slice(end) });
  return found;
}

// Two backslashes before `<` are one of the text; an odd one takes the meaning of `<` away.
const isEscaped = (slashes: string): boolean => slashes.length % 2 === 1;

function partPattern(found: Part): string {
  if ('hole' in found) return found.hole;
  return found.text
    .split(/(\s+)/)
    .map((piece) =>
      /^\s+$/.test(piece) ? '\\s+' : piece.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`),
    )
    .join('');
}
