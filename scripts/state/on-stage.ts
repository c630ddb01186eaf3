// Which step is on the projector, for the instructor's own screen.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, writeJson } from './json-file.ts';
import type { LabDir } from './lab-dir.ts';

export interface OnStage {
  readonly lab: number;
  /** From 0; -1 for the introduction. */
  readonly step: number;
  /** When the talk began, milliseconds since the epoch. */
  readonly startedAt: number;
}

const file = ({ labs }: LabDir): string => join(labs.root, 'on-stage.json');

/** undefined when nothing is presented. */
export function readOnStage(dir: LabDir): OnStage | undefined {
  const value = readJson(file(dir));
  return typeof value === 'object' && value !== null && 'step' in value ? (value as OnStage) : undefined;
}

export function writeOnStage(dir: LabDir, stage: OnStage): void {
  writeJson(file(dir), stage);
}

export function leaveStage(dir: LabDir): void {
  rmSync(file(dir), { force: true });
}
