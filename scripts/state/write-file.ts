// A text file replaced in one step: whoever reads it meanwhile has what was there.

import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** `mode`: readable by its owner only, if nothing else is said. */
export function writeFileAtOnce(path: string, text: string, mode = 0o600): void {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text, { mode });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
