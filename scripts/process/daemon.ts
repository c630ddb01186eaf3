// A background process of ours: started detached with a log file, and found again by its pid.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../sandbox/process/is-alive.ts';
import { projectRoot } from '../environment/project-root.ts';
import { run } from './run.ts';

export interface DaemonOptions {
  /** One of the programs that launch.mjs starts. */
  readonly module: string;
  readonly args: readonly string[];
  /** Appended to. */
  readonly logFile: string;
  readonly cwd: string;
  /** The process is killed when it has not reported by then. */
  readonly startTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Told as soon as there is a process, long before it reports. */
  readonly onStart: (pid: number) => void;
}

/** What the process says over IPC, once. */
export type DaemonReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string; readonly hint?: string };

export type DaemonOutcome =
  | { readonly pid: number; readonly report: DaemonReport }
  | { readonly exitCode: number | null; readonly report?: undefined }
  | { readonly timedOut: true; readonly report?: undefined };

// Requests make much short-lived garbage: a small young generation keeps a tenth of the memory free of it.
const nodeFlags = ['--max-semi-space-size=4'];

const launcher = join(projectRoot, 'scripts', 'launch.mjs');

/** Resolves with the first report; the process then goes on without us. */
export async function startDaemon(options: DaemonOptions): Promise<DaemonOutcome> {
  const { module, args, logFile, cwd, startTimeoutMs, signal, onStart } = options;
  signal.throwIfAborted();
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, [...nodeFlags, launcher, module, ...args], {
    cwd,
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  if (child.pid !== undefined) onStart(child.pid);
  const { promise, settle } = firstOf<DaemonOutcome>();
  const timer = setTimeout(() => settle({ timedOut: true }), startTimeoutMs);
  const abort = (): void => settle({ timedOut: true });
  signal.addEventListener('abort', abort, { once: true });
  child.once('message', (report) => settle({ pid: child.pid ?? 0, report: report as DaemonReport }));
  child.once('exit', (exitCode) => settle({ exitCode }));
  child.once('error', () => settle({ exitCode: null }));
  const outcome = await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', abort);
  child.removeAllListeners();
  if ('timedOut' in outcome && child.kill('SIGKILL')) await once(child, 'exit');
  if (child.connected) child.disconnect();
  child.unref();
  signal.throwIfAborted();
  return outcome;
}

function firstOf<T>(): { promise: Promise<T>; settle: (value: T) => void } {
  let settle: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}

/** Whether `pid` runs, and its command line contains `marker`: a pid alone may have been given to somebody else. */
export async function isOurProcess(pid: number, marker: string, signal: AbortSignal): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const { stdout, exitCode } = await run('ps', ['-ww', '-p', String(pid), '-o', 'args='], { signal });
  return exitCode === 0 && stdout.includes(marker);
}

/** SIGTERM, and SIGKILL after `graceMs`. Resolves when the process is gone. */
export async function stopProcess(pid: number, graceMs: number, signal: AbortSignal): Promise<void> {
  for (const [name, waitMs] of [
    ['SIGTERM', graceMs],
    // The process has no say in this, but may have to wait for its turn to end.
    ['SIGKILL', 30_000],
  ] as const) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw error;
    }
    const deadline = Date.now() + waitMs;
    while (Date.now() < deadline) {
      if (!isAlive(pid)) return;
      signal.throwIfAborted();
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
  }
}
