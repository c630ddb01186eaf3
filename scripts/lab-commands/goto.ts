// `npm run lab N goto K`: a lab as if the steps before K had just been done.

import { printHanging } from '../cli/hanging.ts';
import type { LabFlags } from '../cli/lab-command.ts';
import { recordState } from '../environment/lab-start.ts';
import { openLibrary } from '../environment/library.ts';
import { engineLine, openWorkshop } from '../environment/workshop.ts';
import { loadLab } from '../lab/format/labs.ts';
import { findStep } from '../lab/run/find-step.ts';
import { replayStep } from '../lab/run/replay.ts';
import { noProgress, writeProgress } from '../state/progress.ts';
import { atPortBase } from './at-port-base.ts';
import { setStage, type Stage } from './stage.ts';
import { toStart, type ToStartOptions } from './to-start.ts';

export async function goto(
  { lab: number, step }: { readonly lab: number; readonly step: string },
  flags: LabFlags,
  signal: AbortSignal,
): Promise<number> {
  const { env } = process;
  const found = loadLab(openLibrary(env), number);
  const index = findStep(found, step);
  const workshop = await openWorkshop({
    env,
    ...flags,
    ask: true,
    signal,
  });
  const lab = atPortBase(found, workshop.portBase);
  const print = (line: string): void => printHanging(process.stdout, line);
  print(engineLine(workshop));
  const way = { workshop, lab, env, print, signal };
  await toStart(way);
  await using stage = await setStage(workshop, env, signal);
  await replaySteps(index, stage, way);
  print(
    `Lab ${number} goes on at step ${index + 1}, ${lab.steps[index]?.title ?? ''}: npm run lab ${number}`,
  );
  return 0;
}

/** Progress is kept step by step: one that fails leaves the learner behind the last one that did not. */
export async function replaySteps(
  count: number,
  stage: Stage,
  { workshop, lab, print, signal }: ToStartOptions,
): Promise<void> {
  const begun = noProgress(Date.now());
  for (const [index, step] of lab.steps.slice(0, count).entries()) {
    const startedAt = performance.now();
    await replayStep(lab, step, { ...stage, onEvent: () => undefined, signal });
    await recordState(workshop, lab, step, signal);
    const done = lab.steps.slice(0, index + 1).map(({ id }) => id);
    writeProgress(workshop.labDir, lab.lab, { ...begun, done });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    print(`✔ Step ${index + 1} of ${lab.steps.length}: ${step.title} [${seconds} s]`);
  }
}
