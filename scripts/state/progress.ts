// How far a learner is in each lab. Survives Ctrl+C, sleep and reboot.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LabDir } from './lab-dir.ts';
import { readJson, writeJson } from './json-file.ts';

export interface Progress {
  /** Ids of the steps whose checks were green, in the order they were done. */
  readonly done: readonly string[];
  /** When the lab was begun, milliseconds since the epoch. */
  readonly startedAt: number;
  /** Milliseconds on each step that was looked at, by its id, over all visits. */
  readonly spentMs: Readonly<Record<string, number>>;
  /** Hints taken, by the id of the step. */
  readonly hints: Readonly<Record<string, number>>;
}

export const noProgress = (now: number): Progress => ({ done: [], startedAt: now, spentMs: {}, hints: {} });

/** Position of the step where the learner is; -1 when all are done. */
export const currentStep = (steps: readonly { readonly id: string }[], done: readonly string[]): number =>
  steps.findIndex(({ id }) => !done.includes(id));

/** With more time and hints for a step. */
export function afterVisit(
  progress: Progress,
  step: string,
  { ms, hints }: { readonly ms: number; readonly hints: number },
): Progress {
  return {
    ...progress,
    spentMs: plus(progress.spentMs, step, ms),
    hints: hints === 0 ? progress.hints : plus(progress.hints, step, hints),
  };
}

const plus = (
  sums: Readonly<Record<string, number>>,
  key: string,
  amount: number,
): Readonly<Record<string, number>> => ({ ...sums, [key]: (sums[key] ?? 0) + amount });

const file = (dir: LabDir, lab: number): string =>
  join(dir.labs.progress, `${String(lab).padStart(2, '0')}.json`);

export function readProgress(dir: LabDir, lab: number): Progress | undefined {
  const value = readJson(file(dir, lab));
  if (typeof value !== 'object' || value === null || !('done' in value) || !Array.isArray(value.done)) {
    return undefined;
  }
  return {
    done: value.done.filter((id): id is string => typeof id === 'string'),
    startedAt: 'startedAt' in value && typeof value.startedAt === 'number' ? value.startedAt : Date.now(),
    spentMs: 'spentMs' in value ? numbersOf(value.spentMs) : {},
    hints: 'hints' in value ? numbersOf(value.hints) : {},
  };
}

export function writeProgress(dir: LabDir, lab: number, progress: Progress): void {
  writeJson(file(dir, lab), progress);
}

export function forgetProgress(dir: LabDir, lab: number): void {
  rmSync(file(dir, lab), { force: true });
}

const numbersOf = (value: unknown): Readonly<Record<string, number>> =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
      )
    : {};
