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
}

const file = (dir: LabDir, lab: number): string => join(dir.progress, `${String(lab).padStart(2, '0')}.json`);

export function readProgress(dir: LabDir, lab: number): Progress | undefined {
  const value = readJson(file(dir, lab));
  if (typeof value !== 'object' || value === null || !('done' in value) || !Array.isArray(value.done)) {
    return undefined;
  }
  const startedAt =
    'startedAt' in value && typeof value.startedAt === 'number' ? value.startedAt : Date.now();
  return { done: value.done.filter((id): id is string => typeof id === 'string'), startedAt };
}

export function writeProgress(dir: LabDir, lab: number, progress: Progress): void {
  writeJson(file(dir, lab), progress);
}

export function forgetProgress(dir: LabDir, lab: number): void {
  rmSync(file(dir, lab), { force: true });
}
