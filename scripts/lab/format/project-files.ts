// The project's files on disk.

import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import type { ProjectFiles } from './reader.ts';

/** What lies outside the root does not exist. */
export function projectFiles(root: string): ProjectFiles {
  const inside = (path: string): boolean => !isAbsolute(path) && !/^\.\.(?:\/|$)/.test(normalize(path));
  return {
    exists: (path) => inside(path) && existsSync(join(root, path)),
    read: (path) => (inside(path) ? readText(join(root, path)) : undefined),
  };
}

const nothingThere = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

/** The text of a file, or undefined when there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (nothingThere.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
