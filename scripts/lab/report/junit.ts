// Reports of labs as JUnit XML: a suite per lab, a case per command and per check.

import { showPlace } from '../format/place.ts';
import { whyLines } from './why-lines.ts';
import type { CheckReport, CommandReport, LabReport, StepReport } from '../run/report.ts';

export function renderJunit(labs: readonly LabReport[]): string {
  const suites = labs.map((lab) => ({
    lab,
    cases: [...unfinishedCase(lab), ...lab.steps.flatMap((step) => casesOf(lab, step))],
  }));
  const all = suites.flatMap(({ cases }) => cases);
  const time = labs.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    open('testsuites', { name: 'labs', ...totals(all), time: seconds(time) }),
    ...suites.map(({ lab, cases }) => testsuite(lab, cases)),
    '</testsuites>',
    '',
  ].join('\n');
}

function testsuite({ lab, startedAt, durationMs, diagnostics }: LabReport, cases: readonly Case[]): string {
  const name = `${lab.id}: ${lab.title}`;
  const head = open('testsuite', { name, timestamp: startedAt, ...totals(cases), time: seconds(durationMs) });
  const property =
    diagnostics === undefined ? '' : open('property', { name: 'diagnostics', value: diagnostics });
  const properties = property === '' ? [] : [`<properties>${property}</property></properties>`];
  return [head, ...properties, ...cases.map(({ xml }) => xml), '</testsuite>'].join('\n');
}

type Outcome = 'passed' | 'failed' | 'skipped';

interface Case {
  readonly outcome: Outcome;
  readonly xml: string;
}

/** What is none of a step's has a case of its own. */
function unfinishedCase({ lab, failure, durationMs }: LabReport): readonly Case[] {
  if (failure?.kind !== 'unfinished') return [];
  const { message, hint, evidence } = failure;
  const details = [...evidence, ...(hint === undefined ? [] : [`Next: ${hint}`])].join('\n');
  const inside = element('failure', { message, type: 'unfinished' }, details);
  return [testcase(lab.id, 'The lab runs', durationMs, 'failed', inside)];
}

function casesOf({ lab }: LabReport, step: StepReport): readonly Case[] {
  const classname = `${lab.id}.${step.id}`;
  if (step.status === 'not-run') {
    return [
      testcase(
        classname,
        step.title,
        0,
        'skipped',
        element('skipped', { message: 'an earlier step failed' }),
      ),
    ];
  }
  const cases = [
    ...step.commands.map((command) => commandCase(classname, command)),
    ...step.checks.map((check) => checkCase(classname, check)),
  ];
  return cases.length > 0 ? cases : [testcase(classname, step.title, step.durationMs, 'passed', '')];
}

function commandCase(classname: string, command: CommandReport): Case {
  const { text, at, durationMs, output, reason, difference } = command;
  const printed = element('system-out', {}, `$ ${text}\n${output}`);
  const name = `${text.split('\n')[0] ?? ''} (line ${at.line})`;
  if (reason === undefined) return testcase(classname, name, durationMs, 'passed', printed);
  const details = [showPlace(at), ...(difference ?? [])].join('\n');
  const failure = element('failure', { message: reason, type: 'command' }, details);
  return testcase(classname, name, durationMs, 'failed', failure + printed);
}

function checkCase(classname: string, { title, at, status, before, after }: CheckReport): Case {
  const name = `Check: ${title}`;
  if (status === 'not-run') {
    const skipped = element('skipped', { message: 'the step failed before it' });
    return testcase(classname, name, 0, 'skipped', skipped);
  }
  const result = after ?? before;
  const durationMs = (before?.durationMs ?? 0) + (after?.durationMs ?? 0);
  if (status === 'passed' || result === undefined) {
    return testcase(classname, name, durationMs, 'passed', element('system-out', {}, result?.observed ?? ''));
  }
  const message =
    result.status === 'pass'
      ? "green before the step's commands have run"
      : (result.why?.text ?? result.reason ?? result.observed);
  const { observed, expected, command, evidence, why } = result;
  const details = [
    showPlace(at),
    `observed: ${observed}`,
    `expected: ${expected}`,
    `by hand:  ${command}`,
    ...evidence,
    ...(why === undefined ? [] : whyLines(why)),
  ];
  const failure = element('failure', { message, type: 'check' }, details.join('\n'));
  return testcase(classname, name, durationMs, 'failed', failure);
}

function testcase(
  classname: string,
  name: string,
  durationMs: number,
  outcome: Outcome,
  inside: string,
): Case {
  const attributes = { classname, name, time: seconds(durationMs) };
  return { outcome, xml: `${open('testcase', attributes)}${inside}</testcase>` };
}

function totals(cases: readonly Case[]): Record<string, string> {
  const count = (outcome: Outcome): string =>
    String(cases.filter((entry) => entry.outcome === outcome).length);
  return { tests: String(cases.length), failures: count('failed'), errors: '0', skipped: count('skipped') };
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

const element = (name: string, attributes: Readonly<Record<string, string>>, text = ''): string =>
  `${open(name, attributes)}${escape(text)}</${name}>`;

function open(name: string, attributes: Readonly<Record<string, string>>): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`);
  return `<${name}${written.join('')}>`;
}

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

/** Characters that XML 1.0 has no way to write (section 2.2) become U+FFFD. A bare CR would be read as a line end. */
function escape(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"]/g, (character) => entities.get(character) ?? character)
    .replaceAll('\r', '&#13;');
}

// A parser turns line ends and tabs of an attribute into blanks (section 3.3.3).
const escapeAttribute = (text: string): string =>
  escape(text).replaceAll(/[\t\n]/g, (character) => `&#${character.charCodeAt(0)};`);
