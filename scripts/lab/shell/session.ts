// Ends a whole session of processes: a shell, what it runs, and what that left in the background.

import { readdirSync, readFileSync } from 'node:fs';

/** How long processes have between SIGTERM and SIGKILL. */
const graceMs = 1000;
const pollMs = 20;

/**
 * Ends every process of the session that `leader` leads, itself included, and resolves when none is left. On Linux
 * that includes jobs in process groups of their own; elsewhere only the leader's group can be found.
 */
export async function endSession(leader: number): Promise<void> {
  const deadline = Date.now() + graceMs;
  signalAll(leader, 'SIGTERM');
  while (isAnyLeft(leader)) {
    if (Date.now() > deadline) signalAll(leader, 'SIGKILL');
    await new Promise((resolve) => {
      setTimeout(resolve, pollMs);
    });
  }
}

function signalAll(leader: number, signal: NodeJS.Signals): void {
  send(-leader, signal);
  for (const pid of membersOf(leader)) send(pid, signal);
}

/** False when there is no such process or group any more, or none that we may signal. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    // EPERM: a program of another user, as sudo starts them; waiting for it might never end.
    if (['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

const isAnyLeft = (leader: number): boolean =>
  process.platform === 'linux' ? membersOf(leader).some((pid) => send(pid, 0)) : send(-leader, 0);

/** Living processes of a session: field 6 of /proc/PID/stat, see proc(5). Empty where there is no /proc. */
function membersOf(session: number): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const stat = readStat(pid);
      // The program's name, field 2, stands in parentheses and may hold anything.
      const [state, , , own] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(own) === session && state !== 'Z' && state !== 'X';
    });
}

function readStat(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It ended between being listed and being read.
    return '';
  }
}
