// Puts the stand-in on a folder of the PATH: a two-line script named kubectl.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function writeStandIn(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const script = join(folder, 'kubectl');
  const program = join(import.meta.dirname, 'main.ts');
  const quoted = [process.execPath, '--import', import.meta.resolve('tsx'), program]
    .map(shellQuote)
    .join(' ');
  writeFileSync(script, `#!/bin/sh\nexec ${quoted} "$@"\n`);
  chmodSync(script, 0o755);
}

const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
