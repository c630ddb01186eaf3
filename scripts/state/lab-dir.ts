// Everything the workshop remembers lives in `.lab/` (or $LAB_DIR): kubeconfig, pid, logs, progress.

import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LabError } from '../error.ts';

export interface LabDir {
  readonly root: string;
  /** The workshop's own kubeconfig; the user's ~/.kube/config is never read or written. */
  readonly kubeconfig: string;
  readonly sandbox: string;
  /** What the kind engine keeps: its cluster's description, logs, caches of registries. */
  readonly kind: string;
  /** Of the engine for clusters of the user's. */
  readonly cluster: string;
  readonly progress: string;
  /** What the cluster held at the start of each lab, and after each of its steps. */
  readonly inventories: string;
  /** What was found out about failures, a folder each. */
  readonly diagnostics: string;
  /** Programs that stand in for missing ones, first on the lab shell's PATH. */
  readonly bin: string;
  /** Programs of their publishers, for machines that have none that fits. */
  readonly tools: string;
}

/** The paths, with their folders made. @throws LabError for a folder that cannot be made or written */
export function openLabDir(projectRoot: string, env: NodeJS.ProcessEnv): LabDir {
  const configured = env['LAB_DIR'];
  const root =
    configured === undefined || configured === '' ? join(projectRoot, '.lab') : resolve(configured);
  const dir: LabDir = {
    root,
    kubeconfig: join(root, 'kubeconfig'),
    sandbox: join(root, 'sandbox'),
    kind: join(root, 'kind'),
    cluster: join(root, 'cluster'),
    progress: join(root, 'progress'),
    inventories: join(root, 'inventories'),
    diagnostics: join(root, 'diagnostics'),
    bin: join(root, 'bin'),
    tools: join(root, 'tools'),
  };
  try {
    for (const path of [root, dir.sandbox, dir.kind, dir.cluster, dir.progress, dir.inventories]) {
      makeFolder(path);
    }
  } catch (error) {
    throw unusable(root, error as NodeJS.ErrnoException);
  }
  return dir;
}

// Not mkdir's own `recursive`: in Node 20 it never returns below /proc, where making a folder is refused with ENOENT.
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    accessSync(path, constants.W_OK | constants.X_OK);
    return;
  }
  const parent = dirname(path);
  if (statSync(parent, { throwIfNoEntry: false }) === undefined) makeFolder(parent);
  makeNew(path);
}

/** A folder that another command has made meanwhile will do. */
function makeNew(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

const unusable = (root: string, cause: NodeJS.ErrnoException): LabError =>
  new LabError(
    'LAB_DIR_UNUSABLE',
    `The folder ${root} cannot be used: ${reasons.get(cause.code ?? '') ?? cause.message}`,
    { cause, hint: 'set LAB_DIR to a folder that you may write to' },
  );

const reasons: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'you may not write there'],
  ['EPERM', 'you may not write there'],
  ['EROFS', 'its file system is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EEXIST', 'it is a file'],
  ['ENOTDIR', 'a part of its path is a file'],
  ['ENOENT', 'the system makes no folders there'],
]);
