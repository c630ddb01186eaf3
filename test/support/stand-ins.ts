// docker, kind, istioctl and kubectl as test programs, in a folder of their own, with what they were asked.

import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { deadPort } from './dead-ports.ts';
import { findOnPath } from '../../scripts/tools/find-on-path.ts';

const programs = join(import.meta.dirname, '..', 'fixtures', 'programs');
const names = ['docker', 'kind', 'istioctl', 'start-node'];

export class StandIns implements Disposable {
  readonly dir: string = mkdtempSync(join(tmpdir(), 'mesh-workshop-stand-ins-'));

  constructor() {
    for (const name of names) symlinkSync(join(programs, name), join(this.dir, name));
    writeFileSync(join(this.dir, 'kubectl'), kubectl(), { mode: 0o755 });
  }

  /** For whoever is to find them. `fail`: what goes wrong, as the programs name it. */
  env(...fail: readonly string[]): Record<string, string> {
    const path = process.env['PATH'] ?? '';
    return {
      ...(process.env['HOME'] === undefined ? {} : { HOME: process.env['HOME'] }),
      PATH: [this.dir, path].join(delimiter),
      // Whoever would ask the internet hears at once that it is not there.
      HTTPS_PROXY: `http://127.0.0.1:${deadPort}`,
      STAND_INS: this.dir,
      STAND_INS_FAIL: fail.join(' '),
      STAND_INS_NODE: process.execPath,
      STAND_INS_TSX: import.meta.resolve('tsx'),
    };
  }

  /** What the programs were called with since the last time, a line each. */
  calls(program: string): readonly string[] {
    const file = join(this.dir, 'calls.log');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    return lines.filter((line) => line.startsWith(`${program} `));
  }

  forgetCalls(): void {
    rmSync(join(this.dir, 'calls.log'), { force: true });
  }

  /** Ends the node as a crash of Docker would. */
  killNode(): void {
    try {
      process.kill(Number(readFileSync(join(this.dir, 'pid'), 'utf8')), 'SIGKILL');
    } catch {
      // There is none, or it ended by itself.
    }
  }

  [Symbol.dispose](): void {
    this.killNode();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Of the version that the track wants; the rest is done by the machine's own, or by the project's. */
function kubectl(): string {
  const own = findOnPath('kubectl', process.env['PATH']);
  const launcher = join(import.meta.dirname, '..', '..', 'scripts', 'launch.mjs');
  const program = own === undefined ? [process.execPath, launcher, 'scripts/kubectl/main.ts'] : [own];
  return `#!/bin/sh
if [ "$*" = 'version --client --output=json' ]; then
  echo '{"clientVersion":{"gitVersion":"v1.32.2"}}'
  exit
fi
exec ${program.map((word) => `'${word}'`).join(' ')} "$@"
`;
}
