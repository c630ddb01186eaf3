// Everything the workshop remembers lives in `.lab/` (or $LAB_DIR): kubeconfig, pid, logs, progress.

import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { labsPlace } from '../environment/labs-place.ts';
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
  /** What is remembered of the labs in one folder: those of a company have numbers that ours have, too. */
  readonly labs: LabsMemory;
  /** What the cluster held before any lab, and which was in it last. */
  readonly inventories: string;
  /** What was found out about failures, a folder each. */
  readonly diagnostics: string;
  /** Programs that stand in for missing ones, first on the lab shell's PATH. */
  readonly bin: string;
  /** Programs of their publishers, for machines that have none that fits. */
  readonly tools: string;
}

export interface LabsMemory {
  /** Names the folder of the labs; empty for the project's own. */
  readonly key: string;
  readonly root: string;
  readonly progress: string;
  /** What the cluster held at the start of each lab, and after each of its steps. */
  readonly inventories: string;
}

/** The paths, with their folders made. @throws LabError for a folder that cannot be made or written */
export function openLabDir(projectRoot: string, env: NodeJS.ProcessEnv): LabDir {
  const configured = env['LAB_DIR'];
  const root =
    configured === undefined || configured === '' ? join(projectRoot, '.lab') : resolve(configured);
  const labs = memoryOf(root, projectRoot, env);
  const dir: LabDir = {
    root,
    labs,
    kubeconfig: join(root, 'kubeconfig'),
    sandbox: join(root, 'sandbox'),
    kind: join(root, 'kind'),
    cluster: join(root, 'cluster'),
    inventories: join(root, 'inventories'),
    diagnostics: join(root, 'diagnostics'),
    bin: join(root, 'bin'),
    tools: join(root, 'tools'),
  };
  try {
    const { sandbox, kind, cluster, inventories } = dir;
    for (const path of [root, sandbox, kind, cluster, inventories, labs.progress, labs.inventories]) {
      makeFolder(path);
    }
  } catch (error) {
    throw unusable(root, error as NodeJS.ErrnoException);
  }
  return dir;
}

function memoryOf(root: string, projectRoot: string, env: NodeJS.ProcessEnv): LabsMemory {
  const { labsDir } = labsPlace(projectRoot, env);
  const key = labsDir === join(projectRoot, 'labs') ? '' : keyOf(labsDir);
  const own = key === '' ? root : join(root, 'labs', key);
  return { key, root: own, progress: join(own, 'progress'), inventories: join(own, 'inventories') };
}

/** `workshop-1a2b3c4d` for /path/to/workshop/labs, by whatever path one comes there. */
function keyOf(labsDir: string): string {
  const place = existsSync(labsDir) ? realpathSync(labsDir) : labsDir;
  const digest = createHash('sha256').update(place).digest('hex').slice(0, 8);
  return `${basename(dirname(place)).replaceAll(/[^\w-]+/g, '-')}-${digest}`;
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
