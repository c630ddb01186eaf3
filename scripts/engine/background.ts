// A process of an engine that goes on when the command ends: one for each folder, found again by its run file.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../error.ts';
import { isOurProcess, startDaemon, stopProcess } from '../process/daemon.ts';
import { readJson, writeJson } from '../state/json-file.ts';
import { withLock } from '../state/lock.ts';
import type { TaskContext } from '../setup/task.ts';

export interface RunFile {
  readonly pid: number;
  readonly portBase: number;
}

export interface BackgroundOptions {
  /** `sandbox`: begins sentences about it, with an article. */
  readonly name: string;
  /** Absolute path of its run file, lock and log. */
  readonly folder: string;
  readonly projectRoot: string;
  /** Path in the project of the module that it runs, by which its process is known. */
  readonly module: string;
}

export interface Background {
  readonly logFile: string;
  running(signal: AbortSignal): Promise<RunFile | undefined>;
  /** @throws LabError when the process ends, or says nothing in time */
  start(args: readonly string[], portBase: number, signal: AbortSignal): Promise<void>;
  /** False when there was none. */
  stop(signal: AbortSignal): Promise<boolean>;
  /** While no other command starts or stops it. */
  exclusively<T>(context: TaskContext, body: () => Promise<T>): Promise<T>;
}

const startTimeoutMs = 60_000;
const stopGraceMs = 5_000;

export function openBackground({ name, folder, projectRoot, module }: BackgroundOptions): Background {
  const runFile = join(folder, 'run.json');
  const lockFile = join(folder, 'lock');
  const logFile = join(folder, `${name}.log`);

  async function running(signal: AbortSignal): Promise<RunFile | undefined> {
    const file = readRunFile(runFile);
    return file !== undefined && (await isOurProcess(file.pid, module, signal)) ? file : undefined;
  }

  async function start(args: readonly string[], portBase: number, signal: AbortSignal): Promise<void> {
    const outcome = await startDaemon({
      module: join(projectRoot, module),
      args,
      logFile,
      cwd: projectRoot,
      startTimeoutMs,
      signal,
      // At once: should this process be killed now, the next one finds what it started.
      onStart: (pid) => writeJson(runFile, { pid, portBase }),
    });
    if ('pid' in outcome && outcome.report.kind === 'ready') return;
    rmSync(runFile, { force: true });
    throw startFailure(name, outcome, logFile);
  }

  async function stop(signal: AbortSignal): Promise<boolean> {
    const file = await running(signal);
    if (file !== undefined) await stopProcess(file.pid, stopGraceMs, signal);
    rmSync(runFile, { force: true });
    return file !== undefined;
  }

  async function exclusively<T>({ signal, note }: TaskContext, body: () => Promise<T>): Promise<T> {
    const onWait = (pid: number): void =>
      note(`waiting for process ${pid}, which starts or stops the cluster`);
    return withLock(lockFile, { signal, onWait }, body);
  }

  return { logFile, running, start, stop, exclusively };
}

function readRunFile(path: string): RunFile | undefined {
  const value = readJson(path);
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('portBase' in value)) {
    return undefined;
  }
  const { pid, portBase } = value;
  return typeof pid === 'number' && typeof portBase === 'number' ? { pid, portBase } : undefined;
}

/** One that runs on other ports than are asked for is not moved: somebody may be using it. */
export const otherPorts = (name: string, running: number, asked: number): LabError =>
  new LabError(
    'OTHER_PORTS',
    `The ${name} runs on ports from ${running}, but LAB_PORT_BASE asks for ${asked}`,
    { hint: `npm run down, then up again; or LAB_PORT_BASE=${running} to use the running one` },
  );

function startFailure(
  name: string,
  outcome: Awaited<ReturnType<typeof startDaemon>>,
  logFile: string,
): LabError {
  const code = `${name.toUpperCase()}_FAILED`;
  if (outcome.report?.kind === 'failed') {
    const { message, hint } = outcome.report;
    return new LabError(code, `The ${name} could not start: ${message}`, {
      hint: hint ?? `its log: ${logFile}`,
    });
  }
  const reason =
    'exitCode' in outcome
      ? `ended with exit code ${outcome.exitCode ?? 'unknown'}`
      : `was not ready after ${startTimeoutMs / 1000} s`;
  return new LabError(code, `The ${name} could not start: its process ${reason}`, {
    hint: `its log: ${logFile}`,
  });
}
