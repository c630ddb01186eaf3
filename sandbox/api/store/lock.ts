// One process per state folder: a file with the owner's pid. The lock of a process that is gone is taken over.

import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { StatusError } from '../../kube/status-error.ts';
import { isAlive } from '../../process/is-alive.ts';

/** Folders this process holds: its own pid in a lock is stale, unless it is from here. */
const held = new Set<string>();

/** Takes `<dir>/lock`; the result gives it back. @throws ServiceUnavailable when a living process has it */
export function takeLock(dir: string): () => void {
  const file = path.resolve(dir, 'lock');
  if (held.has(file)) throw inUse(dir, process.pid, file);
  for (let tries = 0; tries < 3; tries += 1) {
    if (claim(file)) {
      held.add(file);
      return () => release(file);
    }
    const owner = ownerOf(file);
    if (owner !== undefined && owner !== process.pid && outlives(owner)) throw inUse(dir, owner, file);
    rmSync(file, { force: true });
  }
  throw new StatusError('ServiceUnavailable', `${file} could not be taken: another process keeps taking it`);
}

/** A process that was killed takes a moment to go. */
const goingMs = 1000;
const pollMs = 20;

/** Blocks: nothing else is to be done before the folder is ours. */
function outlives(pid: number): boolean {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; waited < goingMs; waited += pollMs) {
    if (!isAlive(pid)) return false;
    Atomics.wait(clock, 0, 0, pollMs);
  }
  return isAlive(pid);
}

const inUse = (dir: string, pid: number, file: string): StatusError =>
  new StatusError(
    'ServiceUnavailable',
    `process ${pid} is already using ${dir}: stop it first (or delete ${file} when it is another program)`,
  );

function claim(file: string): boolean {
  try {
    const descriptor = openSync(file, 'wx');
    writeSync(descriptor, String(process.pid));
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function ownerOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function release(file: string): void {
  held.delete(file);
  if (ownerOf(file) === process.pid) rmSync(file, { force: true });
}
