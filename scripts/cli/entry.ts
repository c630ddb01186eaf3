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
    const cause = unwrapAbort(error);
    process.stderr.write(`${explain(cause)}\n`);
    process.exitCode = cause instanceof LabError ? cause.exitCode : defect;
  }
}

/** Libraries wrap the reason of an aborted signal in errors of their own. */
function unwrapAbort(error: unknown): unknown {
  if (error instanceof LabError || !(error instanceof Error)) return error;
  return error.cause instanceof LabError ? error.cause : error;
}
