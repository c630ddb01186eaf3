// Whether a program is on this machine.

import { run } from '../process/run.ts';

export interface Program {
  readonly name: string;
  /** First line of what it says of its version; undefined when it is missing. */
  readonly version: string | undefined;
}

const versionArguments: ReadonlyMap<string, readonly string[]> = new Map([
  ['bash', ['--version']],
  ['curl', ['--version']],
  ['kubectl', ['version', '--client']],
]);

export async function findProgram(name: string, signal: AbortSignal): Promise<Program> {
  const result = await run(name, versionArguments.get(name) ?? ['--version'], { signal, timeoutMs: 10_000 });
  const line = result.stdout.split('\n')[0];
  return { name, version: result.exitCode === 0 && line !== undefined ? line : undefined };
}
