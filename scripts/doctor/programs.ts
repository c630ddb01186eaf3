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

export async function findProgram(name: string, signal: AbortSignal, withinMs = 10_000): Promise<Program> {
  const options = { signal, timeoutMs: withinMs };
  const result = await run(name, versionArguments.get(name) ?? ['--version'], options);
  // On a machine that has much to do, one that is slow is not one that is missing.
  if (result.timedOut) return { name, version: `${name}, too slow to tell its version` };
  const line = result.stdout.split('\n')[0];
  return { name, version: result.exitCode === 0 && line !== undefined ? line : undefined };
}
