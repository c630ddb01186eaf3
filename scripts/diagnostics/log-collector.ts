// A log file of an engine.

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Collector } from './collector.ts';

export const logCollector = (file: string): Collector => ({
  name: basename(file),
  collect: async (put) => put(`engine/${basename(file)}`, await readFile(file, 'utf8')),
});
