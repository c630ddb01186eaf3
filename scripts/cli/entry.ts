// The frame of every command: only here are the exit code set and errors printed.

import { constants } from 'node:os';
import { explain, LabError } from '../error.ts';
import { withRun } from '../process/scope.ts';

/** Exit code of a defect of ours (EX_SOFTWARE of sysexits.h). */
const defect = 70;

/** Runs a command; what it resolves with is the exit code. */
export async function entry(command: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const output = new AbortController();
  // Heard when the command is over, too: what it wrote last may still be on its way.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    const cause = outputError(error);
    output.abort(cause);
    if (process.exitCode !== undefined) fail(cause);
  });
  process.stderr.on('error', () => undefined);
  try {
    process.exitCode = await withRun(command, output.signal);
  } catch (error) {
    fail(output.signal.aborted ? output.signal.reason : error);
  }
}

function fail(error: unknown): void {
  const cause = forPeople(error);
  process.exitCode = cause instanceof LabError ? cause.exitCode : defect;
  if (process.exitCode !== brokenPipe) process.stderr.write(`${explain(cause)}\n`);
}

/** What a shell sees of a program that SIGPIPE ended: its reader (`| head`) has seen enough, and knows. */
const brokenPipe = 128 + constants.signals.SIGPIPE;

function outputError({ code }: NodeJS.ErrnoException): LabError {
  if (code === 'EPIPE')
    return new LabError('OUTPUT_CLOSED', 'Nobody reads standard output any more', { exitCode: brokenPipe });
  return new LabError('OUTPUT_LOST', `Standard output cannot be written (${code})`, {
    hint: 'make room for it, or send it elsewhere; then the same command again',
  });
}

/** Libraries wrap the reason of an aborted signal, and a connection that broke, in errors of their own. */
function forPeople(error: unknown): unknown {
  if (error instanceof LabError || !(error instanceof Error)) return error;
  if (error.cause instanceof LabError) return error.cause;
  const code = 'code' in error ? String(error.code) : '';
  if (!connectionCodes.has(code)) return error;
  return new LabError('CLUSTER_GONE', `The cluster stopped answering (${code})`, {
    cause: error,
    hint: 'npm run status shows its state, npm run up starts it again; your objects are kept',
  });
}

const connectionCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND']);
