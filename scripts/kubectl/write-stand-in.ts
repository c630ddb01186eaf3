// Puts the stand-in on a folder of the PATH, as a script named kubectl that starts main.ts.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../environment/project-root.ts';
import { shellQuote } from '../shell-quote.ts';
import { writeFileAtOnce } from '../state/write-file.ts';

export function writeStandIn(folder: string): void {
  const launcher = join(projectRoot, 'scripts', 'launch.mjs');
  const command = [process.execPath, launcher, 'scripts/kubectl/main.ts'].map(shellQuote).join(' ');
  mkdirSync(folder, { recursive: true });
  // Another lab's shell may be running what was there.
  writeFileAtOnce(join(folder, 'kubectl'), `#!/bin/sh\nexec ${command} "$@"\n`, 0o755);
}
