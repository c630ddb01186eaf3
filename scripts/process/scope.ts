// One run, one AbortController: the end of the run releases every timer, listener and child of it.

import { setMaxListeners } from 'node:events';
import { LabError } from '../error.ts';

/**
 * Runs `body` with a signal that Ctrl+C (and SIGTERM) aborts, and `end` with its own reason. A second Ctrl+C ends the
 * process at once, as a shell expects.
 */
export async function withRun<T>(body: (signal: AbortSignal) => Promise<T>, end: AbortSignal): Promise<T> {
  const run = new AbortController();
  end.addEventListener('abort', () => run.abort(end.reason), { once: true });
  // All that runs at the same time listens: many programs and requests are no leak.
  setMaxListeners(0, run.signal);
  // Not `once`: while a program runs, execa listens too, and takes a signal that nobody else hears for the end.
  const interrupt = (): void => {
    // By exit, not by the signal: what must end with this process hears only of that.
    // oxlint-disable-next-line unicorn/no-process-exit
    if (run.signal.aborted) process.exit(interrupted().exitCode);
    run.abort(interrupted());
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    return await body(run.signal);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    run.abort();
  }
}

/** What a run that was stopped by hand ends with. */
export const interrupted = (): LabError =>
  new LabError('INTERRUPTED', 'Stopped by Ctrl+C; what you did is kept', {
    hint: 'run the same command again to go on where you were',
    exitCode: 130,
  });
