// `npm run lab N solve`: does the step the learner is at, the commands under its Solution included.

import { hanging, widthOf } from '../cli/hanging.ts';
import type { LabFlags } from '../cli/lab-command.ts';
import { recordState, whereIs } from '../environment/lab-start.ts';
import { openLibrary } from '../environment/library.ts';
import { engineLine, openWorkshop } from '../environment/workshop.ts';
import { LabError } from '../error.ts';
import { loadLab } from '../lab/format/labs.ts';
import { plainRenderer } from '../lab/report/plain.ts';
import type { LabEvent } from '../lab/run/event.ts';
import { solveStep } from '../lab/run/solve-step.ts';
import { showCheck } from '../learn/show.ts';
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
  const look = { color: false, width: widthOf(process.stdout) };
  const onEvent = (event: LabEvent): void => write(solving(event, look) ?? render(event));
  const context = { ...stage, onEvent, signal };
  if (!(await solveStep(step, place, context))) {
    write(`\nThe step is not solved: npm run lab ${number} goto ${index + 1} goes back to its beginning\n`);
    return 1;
  }
  await recordState(workshop, lab, step, signal);
  writeProgress(workshop.labDir, number, { ...progress, done: [...progress.done, step.id] });
  const following = lab.steps[index + 1];
  write(
    following === undefined
      ? `\nThat was the last step of lab ${number}. npm run lab shows what else there is.\n`
      : `\nLab ${number} goes on at step ${index + 2}, ${following.title}: npm run lab ${number}\n`,
  );
  return 0;
}

/** What looks alarming in a step of which a part is done already, said calmly; undefined for all the rest. */
function solving(
  event: LabEvent,
  look: { readonly color: boolean; readonly width: number },
): string | undefined {
  if (event.kind === 'check-result') return `${showCheck(event.result, look)}\n`;
  if (event.kind !== 'command-end') return undefined;
  const { reason, exitCode, expectedExit } = event.command;
  if (reason === undefined || exitCode === undefined) return undefined;
  const expected = expectedExit === 'nonzero' ? 'an error' : `exit code ${expectedExit}`;
  const text = `It ended with exit code ${exitCode}, where the lab shows ${expected}. What was there already may be why; the checks decide.`;
  return `${hanging(text, look.width)}\n`;
}
