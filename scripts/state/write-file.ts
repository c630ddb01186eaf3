// A text file replaced in one step, readable by its owner only.

import { renameSync, rmSync, writeFileSync } from 'node:fs';

export function writeFileAtOnce(path: string, text: string): void {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
