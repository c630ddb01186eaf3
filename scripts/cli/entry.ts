// The frame of every command: only here are the exit code set and errors printed.

import { explain, LabError } from '../error.ts';
import { withRun } from '../process/scope.ts';

/** Exit code of a defect of ours (EX_SOFTWARE of sysexits.h). */
const defect = 70;

/** Runs a command; what it resolves with is the exit code. */
export async function entry(command: (signal: AbortSignal) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await withRun(command);
  } catch (error) {
    const cause = forPeople(error);
    process.stderr.write(`${explain(cause)}\n`);
    process.exitCode = cause instanceof LabError ? cause.exitCode : defect;
  }
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
