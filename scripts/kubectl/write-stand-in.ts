// Puts the stand-in on a folder of the PATH, as a script named kubectl that starts main.ts.

import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../environment/project-root.ts';

export function writeStandIn(folder: string): void {
  const launcher = join(projectRoot, 'scripts', 'launch.mjs');
  const command = [process.execPath, launcher, 'scripts/kubectl/main.ts'].map(shellQuote).join(' ');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'kubectl');
  // In one move: another lab's shell may be running what was there.
  const next = `${file}.${process.pid}`;
  writeFileSync(next, `#!/bin/sh\nexec ${command} "$@"\n`);
  chmodSync(next, 0o755);
  renameSync(next, file);
}

const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
