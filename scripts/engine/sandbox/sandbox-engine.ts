// The embedded sandbox as a background process: one per `.lab/`.

import { existsSync } from 'node:fs';
import { logCollector } from '../../diagnostics/log-collector.ts';
import type { TaskContext, SetUpTask } from '../../setup/task.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import { openBackground, otherPorts } from '../background.ts';
import { milestones, type Engine, type EngineStatus, type Tell } from '../engine.ts';
import { apiAnswers } from '../api-answers.ts';
import { requireFreePorts } from '../ports.ts';

export interface SandboxEngineOptions {
  readonly labDir: LabDir;
  readonly projectRoot: string;
  readonly portBase: number;
}

const title = 'Cluster (sandbox)';

export function sandboxEngine({ labDir, projectRoot, portBase }: SandboxEngineOptions): Engine {
  const background = openBackground({
    name: 'sandbox',
    folder: labDir.sandbox,
    projectRoot,
    module: 'sandbox/main.ts',
  });
  const { logFile } = background;

  async function status(signal: AbortSignal): Promise<EngineStatus> {
    const file = await background.running(signal);
    if (file === undefined) return { state: 'down', portBase: undefined, detail: 'no sandbox process' };
    const answers = existsSync(labDir.kubeconfig) && (await apiAnswers(labDir.kubeconfig, signal));
    return answers
      ? { state: 'up', portBase: file.portBase, detail: `process ${file.pid}, log ${logFile}` }
      : {
          state: 'down',
          portBase: undefined,
          detail: `process ${file.pid} does not answer, log ${logFile}`,
        };
  }

  async function up(context: TaskContext): Promise<string> {
    await background.exclusively(context, async () => start(context));
    return `${title}: ready`;
  }

  async function start({ signal, note }: TaskContext): Promise<void> {
    const current = await status(signal);
    if (current.state === 'up') {
      const running = current.portBase ?? portBase;
      if (running !== portBase) throw otherPorts('sandbox', running, portBase);
      return;
    }
    await background.stop(signal);
    await requireFreePorts(portBase);
    note('starting the process');
    const args = [
      '--dir',
      labDir.sandbox,
      '--kubeconfig',
      labDir.kubeconfig,
      '--port-base',
      String(portBase),
    ];
    await background.start(args, portBase, signal);
  }

  async function down(signal: AbortSignal, tell: Tell): Promise<boolean> {
    const quiet: TaskContext = { signal, note: () => undefined };
    const stopped = await background.exclusively(quiet, async () => background.stop(signal));
    if (stopped) tell('The sandbox is stopped.');
    return stopped;
  }

  const setUp = (): readonly SetUpTask[] => [{ id: 'sandbox', title, needs: [], gives: milestones, run: up }];

  const evidence = [logCollector(logFile)];
  return {
    name: 'sandbox',
    summary: 'without Docker',
    path: [],
    wholeWithApi: true,
    outlives: 'What was made in it stays on disk, and comes back with npm run up.',
    status,
    setUp,
    down,
    evidence,
  };
}
