// A tool in a version that fits: the one on PATH, or the publisher's own, kept in the workshop's folder.

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { satisfies } from 'semver';
import { LabError } from '../error.ts';
import type { LabDir } from '../state/lab-dir.ts';
import { withLock } from '../state/lock.ts';
import { findOnPath } from './find-on-path.ts';
import { install } from './install.ts';
import {
  publishers as thePublishers,
  releaseOf,
  toolVersions,
  type Machine,
  type Publishers,
  type ToolName,
  type Track,
} from './releases.ts';
import { versionOf } from './version-of.ts';

export interface EnsureToolOptions {
  readonly labDir: LabDir;
  readonly signal: AbortSignal;
  /** Told what it waits for, and how far a download is. */
  readonly note: (text: string) => void;
  /** @default 'course' */
  readonly track?: Track;
  /** PATH, and the proxies. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  readonly machine?: Machine;
  readonly publishers?: Publishers;
  /** Before each further try of a download. @default [500, 2000] */
  readonly pausesMs?: readonly number[];
}

/**
 * The program's absolute path. Nothing outside `.lab/tools` is written, and nothing there is used before its
 * publisher's checksum was compared. Safe to interrupt and to repeat.
 */
export async function ensureTool(name: ToolName, options: EnsureToolOptions): Promise<string> {
  const { labDir, signal, note, track = 'course', env = process.env } = options;
  const wanted = toolVersions[track][name];
  const installed = findOnPath(name, env['PATH']);
  if (installed !== undefined) {
    const version = await versionOf(name, installed, signal);
    if (version !== undefined && satisfies(version, wanted.suits)) return installed;
    note(`${installed} is version ${version ?? 'unknown'}, and ${wanted.suits} is needed`);
  }
  const program = join(labDir.tools, `${name}-${wanted.version}`, name);
  if (existsSync(program)) return program;
  const { machine = process, publishers = thePublishers } = options;
  const release = releaseOf(name, wanted.version, machine, publishers);
  if (release === undefined) {
    throw new LabError('NO_TOOL_BUILD', `There is no ${name} for ${machine.platform} on ${machine.arch}`, {
      hint: `install ${name} ${wanted.suits} yourself, so that it is on PATH`,
    });
  }
  await mkdir(dirname(program), { recursive: true, mode: 0o700 });
  const onWait = (pid: number): void => note(`waiting for process ${pid}, which downloads ${name}`);
  await withLock(`${program}.lock`, { signal, onWait }, async () => {
    if (existsSync(program)) return;
    await install({ ...options, name, ...wanted, release, program, env });
  });
  return program;
}
