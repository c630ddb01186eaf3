// `npm run lab N`: learn a lab, from where the learner left it.

import { engineLine, openWorkshop } from '../environment/workshop.ts';
import { openLibrary } from '../environment/library.ts';
import { loadLab } from '../lab/format/labs.ts';
import { learn, type LearnOutcome } from '../learn/learn.ts';
import { openUi } from '../learn/ui.ts';
import type { LabFlags } from '../cli/lab-command.ts';
import { readProgress, writeProgress } from '../state/progress.ts';
import { atPortBase } from './at-port-base.ts';
import { openStage } from './stage.ts';

const exitCodes: Readonly<Record<LearnOutcome, number>> = { done: 0, quit: 0, red: 1 };

export async function start(number: number, flags: LabFlags, signal: AbortSignal): Promise<number> {
  const { env } = process;
  const workshop = await openWorkshop({ env, engine: flags.engine, ask: true, signal });
  const lab = atPortBase(loadLab(openLibrary(env), number), workshop.portBase);
  const ui = openUi({ input: process.stdin, output: process.stdout, env, signal });
  ui.print(engineLine(workshop));
  ui.print(`Lab ${lab.lab}: ${lab.title}, about ${lab.minutes} minutes\n${lab.summary}`);

  const { labDir } = workshop;
  const last = readProgress(labDir, number);
  const resumed = last !== undefined && last.done.length > 0 && last.done.length < lab.steps.length;
  await using stage = await openStage({ lab, workshop, clean: !resumed, output: 'visible', env, signal });
  if (stage.notice !== undefined) ui.print(stage.notice);
  ui.print(`To work in a terminal of your own: export KUBECONFIG=${labDir.kubeconfig}`);

  const outcome = await learn({
    lab,
    ui,
    shell: stage.shell,
    context: {
      ...stage.checks,
      signal,
    },
    progress: resumed ? last : { done: [], startedAt: Date.now() },
    saveProgress: (progress) => writeProgress(labDir, number, progress),
    signal,
  });
  if (outcome === 'quit') ui.print(`Your place is kept: npm run lab ${number} goes on here.`);
  return exitCodes[outcome];
}
