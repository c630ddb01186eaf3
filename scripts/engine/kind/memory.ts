// What the kind engine remembers of the cluster it made.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, writeJson } from '../../state/json-file.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import { trackNames, type Track } from '../../tools/releases.ts';

export interface Memory {
  readonly track: Track;
  readonly portBase: number;
  /** kind came to its end. Before that there is a container, and no cluster. */
  readonly created: boolean;
  /** The set-up came to its end once. */
  readonly ready: boolean;
  /** Addons that were asked for with --with. */
  readonly extras: readonly string[];
}

const fileOf = ({ kind }: LabDir): string => join(kind, 'cluster.json');

export function recall(labDir: LabDir): Memory | undefined {
  const value = readJson(fileOf(labDir));
  if (typeof value !== 'object' || value === null) return undefined;
  const { track, portBase, created, ready, extras } = value as Record<string, unknown>;
  const name = trackNames.find((each) => each === track);
  if (name === undefined || typeof portBase !== 'number') return undefined;
  return {
    track: name,
    portBase,
    created: created === true,
    ready: ready === true,
    extras: Array.isArray(extras) ? extras.map(String) : [],
  };
}

export function remember(labDir: LabDir, memory: Memory): void {
  writeJson(fileOf(labDir), memory);
}

export function forget(labDir: LabDir): void {
  rmSync(fileOf(labDir), { force: true });
}
