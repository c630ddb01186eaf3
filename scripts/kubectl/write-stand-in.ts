// Puts the stand-in on a folder of the PATH: a script named kubectl, and beside it the whole program in one file. A lab
// calls it dozens of times, and from its sources each call would load hundreds of modules.

import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export async function writeStandIn(folder: string): Promise<void> {
  // Only who has no kubectl needs it.
  const { buildSync } = await import('esbuild');
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, 'main.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: `node${process.versions.node}`,
    // Packages in CommonJS ask for Node's own modules with require.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'kubectl.mjs');
  replace(program, outputFiles[0]?.contents ?? new Uint8Array(), 0o644);
  const quoted = [process.execPath, program].map(shellQuote).join(' ');
  replace(join(folder, 'kubectl'), `#!/bin/sh\nexec ${quoted} "$@"\n`, 0o755);
}

/** In one move: another lab's shell may be running what was there. */
function replace(file: string, contents: string | Uint8Array, mode: number): void {
  const next = `${file}.${process.pid}`;
  writeFileSync(next, contents);
  chmodSync(next, mode);
  renameSync(next, file);
}

const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
