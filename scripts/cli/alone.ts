// One command at a time that takes the cluster of a folder through a lab: a second one would pull it away under the
// first.

import { join } from 'node:path';
import { projectRoot } from '../environment/project-root.ts';
import { LabError } from '../error.ts';
import { isOurProcess } from '../process/daemon.ts';
import { openLabDir } from '../state/lab-dir.ts';
import { withLock } from '../state/lock.ts';

/** @throws LabError while another one is at work */
export async function alone(signal: AbortSignal, body: () => Promise<number>): Promise<number> {
  const { root } = openLabDir(projectRoot, process.env);
  const isThere = async (pid: number): Promise<boolean> => isOurProcess(pid, 'scripts/lab.ts', signal);
  const onWait = (pid: number): never => {
    throw new LabError('LAB_OPEN', `A lab is open in this cluster already, in process ${pid}`, {
      hint: 'use the menu there, which has Goto, Reset and Solve; or leave it with Ctrl+C, which keeps your place',
    });
  };
  return withLock(join(root, 'lab.lock'), { signal, onWait, isThere }, body);
}
