// Lines of the learner's screen. Marks are words or signs as well as colours.

import { styleText } from 'node:util';
import { hanging } from '../cli/hanging.ts';
import type { CheckResult } from '../lab/checks/check.ts';
import type { Command, Step } from '../lab/format/lab.ts';
import { causeLines, whyLines } from '../lab/report/why-lines.ts';
import type { Cause, Diagnosis } from '../lab/why/diagnosis.ts';
import type { Tick } from './check-watch.ts';

interface Look {
  readonly color: boolean;
  /** Columns to wrap at. */
  readonly width: number;
}

type Style = Parameters<typeof styleText>[0];

const paint = (style: Style, text: string, { color }: Look): string =>
  color ? styleText(style, text, { validateStream: false }) : text;

export const showStepTitle = ({ title }: Step, index: number, count: number, look: Look): string =>
  paint('bold', `Step ${index + 1} of ${count}: ${title}`, look);

/** The command as the learner could paste it, each line behind a prompt sign. */
export const showCommand = ({ text }: Command, look: Look): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => paint('cyan', `$ ${line}`, look))
    .join('\n');

/** Lines: the cause below must stay in sight. */
const mostEvidence = 4;

/** One line when it is green; cause, evidence and next step when it is red. */
export function showCheck(result: CheckResult, look: Look): string {
  const { status, title, observed, expected, reason, hint, evidence, command } = result;
  if (status === 'pass') return hanging(`${paint('green', '✔', look)} ${title}: ${observed}`, look.width);
  return [
    `${paint('red', '✖', look)} ${title}`,
    `  seen:     ${observed}`,
    `  expected: ${expected}`,
    ...(reason === undefined ? [] : [`  why:      ${reason}`]),
    ...(hint === undefined ? [] : [`  next:     ${hint}`]),
    `  by hand:  ${command}`,
    ...evidence.slice(0, mostEvidence).map((line) => `  | ${beginning(line, look)}`),
  ]
    .map((line) => hanging(line, look.width))
    .join('\n');
}

const beginning = (line: string, { width }: Look): string =>
  line.length <= 2 * width ? line : `${line.slice(0, 2 * width)}…`;

/** Each cause once: several checks are often red for the same. @param isTask the learner has not asked for the fix */
export function showCauses(red: readonly CheckResult[], look: Look, isTask: boolean): string {
  const lines = isTask ? taskLines : causeLines;
  const causes = new Set(red.flatMap(({ why }) => (why === undefined ? [] : [lines(why).join('\n')])));
  return [...causes].map((text) => hangingAll(text.split('\n'), look)).join('\n');
}

/** Causes that are no matter of what the learner writes. */
const beside = new Set<Cause>([
  'no-answer',
  'elsewhere',
  'not-yet',
  'no-pods',
  'not-ready',
  'chaos',
  'not-found',
]);

const taskLines = (why: Diagnosis): readonly string[] =>
  beside.has(why.cause)
    ? causeLines(why)
    : [`cause:    ${why.seen ?? why.text}`, 'fix:      for you to find; hint helps, and why tells it'];

/** In full: with the ladder, and what shows it. Each cause once, under all that is red for it. */
export function showWhy(red: readonly CheckResult[], look: Look): string {
  const titles = new Map<string, string[]>();
  for (const { title, reason, why } of red) {
    const text = (why === undefined ? [reason ?? ''] : whyLines(why)).map((line) => `  ${line}`).join('\n');
    titles.set(text, [...(titles.get(text) ?? []), title]);
  }
  return [...titles]
    .map(([text, [...named]]) => hangingAll([...named, ...text.split('\n')], look))
    .join('\n\n');
}

const hangingAll = (lines: readonly string[], look: Look): string =>
  lines.map((line) => hanging(line, look.width)).join('\n');

/** A check that has changed its colour while the learner worked. */
export const showTick = ({ block: { title }, green }: Tick, look: Look): string =>
  hanging(
    green
      ? `${paint('green', '✔', look)} ${title}: green now`
      : `${paint('red', '✖', look)} ${title}: red now`,
    look.width,
  );

export const indented = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`.trimEnd())
    .join('\n');
