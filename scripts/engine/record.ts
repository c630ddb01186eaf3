// What is remembered of engines in `.lab/`: which one was started here, and which one was chosen when asked.

import { join } from 'node:path';
import { readJson, writeJson } from '../state/json-file.ts';
import type { LabDir } from '../state/lab-dir.ts';
import { engineNames, type EngineName } from './engine.ts';

export interface EngineRecord {
  /** Started, and not taken down since. */
  readonly up?: EngineName;
  /** The answer at a terminal. */
  readonly chosen?: EngineName;
}

const fileOf = ({ root }: LabDir): string => join(root, 'engine.json');

export function readEngineRecord(labDir: LabDir): EngineRecord {
  const value = readJson(fileOf(labDir));
  if (typeof value !== 'object' || value === null) return {};
  const { up, chosen } = value as Record<string, unknown>;
  return { ...named('up', up), ...named('chosen', chosen) };
}

/** Changes the given parts; `undefined` forgets one. */
export function writeEngineRecord(
  labDir: LabDir,
  parts: { readonly [K in keyof EngineRecord]: EngineRecord[K] | undefined },
): void {
  const next = { ...readEngineRecord(labDir), ...parts };
  writeJson(fileOf(labDir), next);
}

function named<K extends keyof EngineRecord>(key: K, value: unknown): { [P in K]?: EngineName } {
  const name = engineNames.find((each) => each === value);
  return name === undefined ? {} : ({ [key]: name } as { [P in K]: EngineName });
}
