// `npm run lab N solve`: does the step the learner is at, the commands under its Solution included.

import type { LabFlags } from '../cli/lab-command.ts';
import { recordState, whereIs } from '../environment/lab-start.ts';
import { openLibrary } from '../environment/library.ts';
import { engineLine, openWorkshop } from '../environment/workshop.ts';
import { LabError } from '../error.ts';
import { loadLab } from '../lab/format/labs.ts';
import { plainRenderer } from '../lab/report/plain.ts';
import type { LabEvent } from '../lab/run/event.ts';
import { solveStep } from '../lab/run/solve-step.ts';
import { hasStart } from '../state/inventories.ts';
import { currentStep, noProgress, readProgress, writeProgress } from '../state/progress.ts';
import { atPortBase } from './at-port-base.ts';
import { notRecorded } from './not-recorded.ts';
import { openStage } from './stage.ts';

/** Exit code 0 when the step's checks are green, whoever did what they look at. */
export async function solve(number: number, flags: LabFlags, signal: AbortSignal): Promise<number> {
  const { env } = process;
  const workshop = await openWorkshop({
    env,
    ...flags,
    signal,
  });
  const lab = atPortBase(loadLab(openLibrary(env), number), workshop.portBase);
  const progress = readProgress(workshop.labDir, number) ?? noProgress(Date.now());
  const index = currentStep(lab.steps, progress.done);
  const step = lab.steps[index];
  if (step === undefined) {
    throw new LabError('LAB_DONE', `Every step of lab ${number} is done`, {
      hint: `npm run lab ${number} reset goes back to its start`,
    });
  }
  const write = (text: string): void => void process.stdout.write(text);
  write(`${engineLine(workshop)}\n`);
  const begun = progress.done.length > 0 || hasStart(workshop.labDir, lab);
  await using stage = await openStage({ lab, workshop, clean: !begun, output: 'visible', env, signal });
  if (begun && (await whereIs(workshop, lab, progress.done, signal)) === 'elsewhere') {
    throw notRecorded(lab, progress.done);
  }
  const render = plainRenderer();
  const place = { index: index + 1, count: lab.steps.length };
  const context = { ...stage, onEvent: (event: LabEvent) => write(render(event)), signal };
  if (!(await solveStep(step, place, context))) {
    write(`\nThe step is not solved: npm run lab ${number} goto ${index + 1} goes back to its beginning\n`);
    return 1;
  }
  await recordState(workshop, lab, step, signal);
  writeProgress(workshop.labDir, number, { ...progress, done: [...progress.done, step.id] });
  const following = lab.steps[index + 1];
  write(
    following === undefined
      ? `\nThat was the last step of lab ${number}.\n`
      : `\nLab ${number} goes on at step ${index + 2}, ${following.title}: npm run lab ${number}\n`,
  );
  return 0;
}
