// The programs a lab needs on this machine: Node, bash, curl; kubectl where it is installed.

import { LabError } from '../error.ts';
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

const installHints: ReadonlyMap<string, string> = new Map([
  ['bash', 'install bash with your package manager'],
  ['curl', 'install curl with your package manager: https://curl.se/download.html'],
]);

export async function findProgram(name: string, signal: AbortSignal): Promise<Program> {
  const result = await run(name, versionArguments.get(name) ?? ['--version'], { signal, timeoutMs: 10_000 });
  const line = result.stdout.split('\n')[0];
  return { name, version: result.exitCode === 0 && line !== undefined ? line : undefined };
}

/** @throws LabError for the first of bash and curl that is missing */
export async function requirePrograms(signal: AbortSignal): Promise<readonly Program[]> {
  const programs = await Promise.all(
    ['bash', 'curl', 'kubectl'].map(async (name) => findProgram(name, signal)),
  );
  const missing = programs.find(({ name, version }) => version === undefined && installHints.has(name));
  if (missing !== undefined) {
    throw new LabError('PROGRAM_MISSING', `The labs need ${missing.name}, and it is not on PATH`, {
      hint: installHints.get(missing.name) ?? 'install it',
    });
  }
  return programs;
}
