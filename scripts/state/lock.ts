// One command at a time: a file with the pid of the one whose turn it is. The lock of a process that is gone counts
// as none.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../../sandbox/process/is-alive.ts';

const pollMs = 50;

export interface LockOptions {
  readonly signal: AbortSignal;
  /** Told once, when another process has the lock. */
  readonly onWait: (pid: number) => void;
  /** Whether the process that wrote its pid is there: a pid may belong to somebody else by now. @default it is alive */
  readonly isThere?: (pid: number) => Promise<boolean>;
}

/** Runs `body` while no other process runs one under the same file. Rejects when `signal` is aborted in the queue. */
export async function withLock<T>(
  file: string,
  { signal, onWait, isThere = async (pid) => Promise.resolve(isAlive(pid)) }: LockOptions,
  body: () => Promise<T>,
): Promise<T> {
  for (let told = false; !claim(file); await sleep(pollMs, undefined, { signal })) {
    const owner = ownerOf(file);
    if (owner === undefined || !(await isThere(owner))) rmSync(file, { force: true });
    else if (!told) onWait(owner);
    told ||= owner !== undefined;
  }
  try {
    return await body();
  } finally {
    if (ownerOf(file) === process.pid) rmSync(file, { force: true });
  }
}

function claim(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** undefined when the file is gone, or its owner died before it could write its pid. */
function ownerOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
