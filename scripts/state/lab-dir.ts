// Everything the workshop remembers lives in `.lab/` (or $LAB_DIR): kubeconfig, pid, logs, progress.

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface LabDir {
  readonly root: string;
  /** The workshop's own kubeconfig; the user's ~/.kube/config is never read or written. */
  readonly kubeconfig: string;
  readonly sandbox: string;
  readonly progress: string;
  /** Programs that stand in for missing ones, first on the lab shell's PATH. */
  readonly bin: string;
}

/** The paths, with their folders made. */
export function openLabDir(projectRoot: string, env: NodeJS.ProcessEnv): LabDir {
  const configured = env['LAB_DIR'];
  const root =
    configured === undefined || configured === '' ? join(projectRoot, '.lab') : resolve(configured);
  const dir: LabDir = {
    root,
    kubeconfig: join(root, 'kubeconfig'),
    sandbox: join(root, 'sandbox'),
    progress: join(root, 'progress'),
    bin: join(root, 'bin'),
  };
  for (const path of [root, dir.sandbox, dir.progress]) mkdirSync(path, { recursive: true, mode: 0o700 });
  return dir;
}
