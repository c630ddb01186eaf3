import { expect } from 'vitest';
import type { Result } from './workshop.ts';

/** Exit code 1, nothing but one sentence and the next step on standard error, and no stack. */
export function expectMistake(result: Result, sentence: RegExp | string, next: RegExp | string): void {
  expectNoDefect(result);
  expect(result).toMatchObject({ exitCode: 1 });
  const [first = '', second = '', ...rest] = result.stderr.trimEnd().split('\n');
  expect(first).toMatch(sentence);
  expect(second).toMatch(/^Next: \S/);
  expect(second).toMatch(next);
  expect(rest).toEqual([]);
}

/** No stack, no warning of Node's, no report of a defect. */
export function expectNoDefect({ stdout, stderr }: Result): void {
  const all = `${stdout}\n${stderr}`;
  expect(all).not.toMatch(
    /defect of Mesh Workshop|MaxListeners|Unhandled|^\s+at .+:\d+:\d+\)?$|\(node:\d+\)/m,
  );
}

/** Escape codes that a file or a log must not have. */
export function expectPlainText({ stdout, stderr }: Result): void {
  expect(`${stdout}${stderr}`).not.toContain('\u001B');
}
