// The embedded sandbox as a background process: one per `.lab/`, found again by its run file.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../error.ts';
import { isOurProcess, startDaemon, stopProcess } from '../../process/daemon.ts';
import { readJson, writeJson } from '../../state/json-file.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import { withLock } from '../../state/lock.ts';
import type { SetUpTask, TaskContext } from '../../setup/task.ts';
import { milestones, type Engine, type EngineStatus } from '../engine.ts';
import { requireFreePorts } from '../ports.ts';
import { sandboxAnswers } from './health.ts';

interface RunFile {
  readonly pid: number;
  readonly portBase: number;
}

export interface SandboxEngineOptions {
  readonly labDir: LabDir;
  readonly projectRoot: string;
  readonly portBase: number;
}

const startTimeoutMs = 30_000;
const stopGraceMs = 5_000;
/** Part of the process's command line. */
const marker = 'sandbox/main.ts';
const title = 'Cluster (sandbox)';

export function sandboxEngine({ labDir, projectRoot, portBase }: SandboxEngineOptions): Engine {
  const runFile = join(labDir.sandbox, 'run.json');
  const lockFile = join(labDir.sandbox, 'lock');
  const logFile = join(labDir.sandbox, 'sandbox.log');

  async function running(signal: AbortSignal): Promise<RunFile | undefined> {
    const file = readRunFile(runFile);
    return file !== undefined && (await isOurProcess(file.pid, marker, signal)) ? file : undefined;
  }

  async function status(signal: AbortSignal): Promise<EngineStatus> {
    const file = await running(signal);
    if (file === undefined) return { state: 'down', portBase: undefined, detail: 'no sandbox process' };
    const answers = existsSync(labDir.kubeconfig) && (await sandboxAnswers(labDir.kubeconfig, signal));
    return answers
      ? { state: 'up', portBase: file.portBase, detail: `process ${file.pid}, log ${logFile}` }
      : {
          state: 'down',
          portBase: undefined,
          detail: `process ${file.pid} does not answer, log ${logFile}`,
        };
  }

  async function up({ signal, note }: TaskContext): Promise<string> {
    const onWait = (pid: number): void =>
      note(`waiting for process ${pid}, which starts or stops the cluster`);
    await withLock(lockFile, { signal, onWait }, async () => start(signal, note));
    return `${title}: ready`;
  }

  async function start(signal: AbortSignal, note: (text: string) => void): Promise<void> {
    const current = await status(signal);
    if (current.state === 'up') {
      if (current.portBase !== portBase) throw otherPorts(current.portBase, portBase);
      return;
    }
    await stop(signal);
    await requireFreePorts(portBase);
    note('starting the process');
    const outcome = await startDaemon({
      module: join(projectRoot, 'sandbox', 'main.ts'),
      args: ['--dir', labDir.sandbox, '--kubeconfig', labDir.kubeconfig, '--port-base', String(portBase)],
      logFile,
      cwd: projectRoot,
      startTimeoutMs,
      signal,
      // At once: should this process be killed now, the next one finds the sandbox.
      onStart: (pid) => writeJson(runFile, { pid, portBase }),
    });
    if ('pid' in outcome && outcome.report.kind === 'ready') return;
    rmSync(runFile, { force: true });
    throw startFailure(outcome, logFile);
  }

  async function down(signal: AbortSignal): Promise<boolean> {
    return withLock(lockFile, { signal, onWait: () => undefined }, async () => stop(signal));
  }

  async function stop(signal: AbortSignal): Promise<boolean> {
    const file = await running(signal);
    if (file !== undefined) await stopProcess(file.pid, stopGraceMs, signal);
    rmSync(runFile, { force: true });
    return file !== undefined;
  }

  const setUp = (): readonly SetUpTask[] => [{ id: 'sandbox', title, needs: [], gives: milestones, run: up }];

  return { name: 'sandbox', summary: 'without Docker', status, setUp, down };
}

function readRunFile(path: string): RunFile | undefined {
  const value = readJson(path);
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('portBase' in value)) {
    return undefined;
  }
  const { pid, portBase } = value;
  return typeof pid === 'number' && typeof portBase === 'number' ? { pid, portBase } : undefined;
}

const otherPorts = (running: number | undefined, asked: number): LabError =>
  new LabError(
    'OTHER_PORTS',
    `The sandbox runs on ports from ${running ?? 'elsewhere'}, but LAB_PORT_BASE asks for ${asked}`,
    {
      hint: `npm run down, then up again; or LAB_PORT_BASE=${running ?? asked} to use the running one`,
    },
  );

function startFailure(outcome: Awaited<ReturnType<typeof startDaemon>>, logFile: string): LabError {
  if (outcome.report?.kind === 'failed') {
    const { message, hint } = outcome.report;
    return new LabError('SANDBOX_FAILED', `The sandbox could not start: ${message}`, {
      hint: hint ?? `its log: ${logFile}`,
    });
  }
  const reason =
    'exitCode' in outcome
      ? `ended with exit code ${outcome.exitCode ?? 'unknown'}`
      : `was not ready after ${startTimeoutMs / 1000} s`;
  return new LabError('SANDBOX_FAILED', `The sandbox could not start: its process ${reason}`, {
    hint: `its log: ${logFile}`,
  });
}
