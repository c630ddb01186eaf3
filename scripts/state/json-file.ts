// Small JSON files that survive a crash in the middle of a write.

import { readFileSync } from 'node:fs';
import { writeFileAtOnce } from './write-file.ts';

/** The parsed file, or undefined when it is missing or unreadable as JSON: a torn file counts as none. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces the file in one step, readable by its owner only. */
export function writeJson(path: string, value: unknown): void {
  writeFileAtOnce(path, `${JSON.stringify(value, null, 2)}\n`);
}
