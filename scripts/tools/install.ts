// One release, from its publisher to a program that can be run. Until the last step nothing has the program's name.

import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { extract } from 'tar';
import type { Dispatcher } from 'undici';
import { LabError } from '../error.ts';
import { download, fetchText, hashOf } from './download.ts';
import { describeProxy, openNetwork } from './network.ts';
import { progressNote } from './progress-note.ts';
import type { Release, ToolName } from './releases.ts';

export interface InstallOptions {
  readonly name: ToolName;
  readonly version: string;
  readonly suits: string;
  readonly release: Release;
  /** Absolute path of the program to be; its folder exists. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
  /** Before each further try of a download; see `FetchOptions`. */
  readonly pausesMs?: readonly number[];
}

export async function install(options: InstallOptions): Promise<void> {
  const { release, program, env, signal } = options;
  const part = `${program}.part`;
  const dispatcher = openNetwork(env);
  try {
    const sha256 = readChecksum(await fetchText(release.checksumUrl, { ...options, dispatcher }));
    if (sha256 === undefined) throw new Error(`${release.checksumUrl} holds no SHA-256 checksum`);
    await fetchVerified({ ...options, dispatcher, part, sha256 });
    await unpack(part, release.member, program);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof LabError ? error : failure(options, error);
  } finally {
    await dispatcher.destroy();
  }
}

interface VerifiedOptions extends InstallOptions {
  readonly dispatcher: Dispatcher;
  readonly part: string;
  readonly sha256: string;
}

async function fetchVerified(options: VerifiedOptions): Promise<void> {
  const { name, version, release, note, part, sha256 } = options;
  const onProgress = progressNote(`${name} ${version}`, note);
  const before = await hashOf(part);
  // An earlier run may have ended between the download and the rename.
  if (before === sha256) return;
  await download(release.url, part, { ...options, onProgress });
  if (before !== undefined && (await hashOf(part)) !== sha256) {
    note(`the part of ${name} that was here fits no more: once again from the start`);
    await rm(part, { force: true });
    await download(release.url, part, { ...options, onProgress });
  }
  const actual = await hashOf(part);
  if (actual === sha256) return;
  await rm(part, { force: true });
  throw wrongChecksum(options, sha256, actual);
}

/** The first 64 hexadecimal digits: publishers differ in what follows them. */
const readChecksum = (text: string): string | undefined =>
  /^[0-9a-f]{64}(?![0-9a-f])/i.exec(text.trimStart())?.[0].toLowerCase();

async function unpack(part: string, member: string | undefined, program: string): Promise<void> {
  if (member === undefined) {
    await chmod(part, 0o755);
    await rename(part, program);
    return;
  }
  const folder = `${program}.unpacked`;
  await mkdir(folder, { recursive: true });
  await extract({
    file: part,
    cwd: folder,
    strip: member.split('/').length - 1,
    filter: (path) => path === member,
  });
  await chmod(join(folder, basename(member)), 0o755);
  await rename(join(folder, basename(member)), program);
  await rm(folder, { recursive: true });
  await rm(part);
}

const wrongChecksum = (
  { name, version, release, suits }: InstallOptions,
  expected: string,
  actual: string | undefined,
): LabError =>
  new LabError(
    'CHECKSUM_MISMATCH',
    `What ${release.url} gave is not ${name} ${version}: its checksum is another than its publisher's`,
    {
      evidence: [`publisher: ${expected}`, `download:  ${actual ?? 'none'}`],
      hint: `run the same command again; if it stays, something on the way changes downloads: install ${name} ${suits} yourself, so that it is on PATH`,
    },
  );

function failure({ name, version, suits, release, env }: InstallOptions, error: unknown): LabError {
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
    return new LabError('DISK_FULL', `The disk has no room for ${name} ${version}`, {
      cause: error,
      hint: 'free some space, or set LAB_DIR to a folder on another disk; then run the same command again',
    });
  }
  return new LabError('DOWNLOAD_FAILED', `${name} ${version} could not be downloaded: ${reasonOf(error)}`, {
    cause: error,
    evidence: [`from ${release.url}`, describeProxy(release.url, env)],
    hint: `check the connection, then run the same command again: it goes on where it stopped. Or install ${name} ${suits} yourself, so that it is on PATH`,
  });
}

/** fetch says only that it failed; what it wraps says why. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? reasonOf(cause) : message;
}
