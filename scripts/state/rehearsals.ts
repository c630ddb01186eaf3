// What rehearsals of labs left: outputs and times for the stage, and when each step was reached when it was presented.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LabReport } from '../lab/run/report.ts';
import type { Reached } from '../present/stage-clock.ts';
import { readJson, writeJson } from './json-file.ts';
import type { LabDir } from './lab-dir.ts';

const file = ({ labs }: LabDir, lab: number, what: 'rehearsed' | 'presented'): string => {
  const folder = join(labs.root, 'rehearsals');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, `${String(lab).padStart(2, '0')}-${what}.json`);
};

export function readRehearsal(dir: LabDir, lab: number): LabReport | undefined {
  const value = readJson(file(dir, lab, 'rehearsed'));
  return typeof value === 'object' && value !== null && 'steps' in value ? (value as LabReport) : undefined;
}

/** The path. */
export function writeRehearsal(dir: LabDir, report: LabReport): string {
  const path = file(dir, report.lab.number, 'rehearsed');
  writeJson(path, report);
  return path;
}

export function readReached(dir: LabDir, lab: number): Reached | undefined {
  const value = readJson(file(dir, lab, 'presented'));
  return typeof value === 'object' && value !== null ? (value as Reached) : undefined;
}

export function writeReached(dir: LabDir, lab: number, reached: Reached): void {
  writeJson(file(dir, lab, 'presented'), reached);
}
