// `npm run lab N notes`: the instructor's own screen, beside the projector. Without a terminal, all notes on paper.

import { setTimeout as sleep } from 'node:timers/promises';
import { terminalMoves } from '../cli/terminal-moves.ts';
import { openLibrary } from '../environment/library.ts';
import { projectRoot } from '../environment/project-root.ts';
import { loadLab } from '../lab/format/labs.ts';
import { openUi } from '../learn/ui.ts';
import { notesPage } from '../present/notes-page.ts';
import { planOf, stageTime, type Plan } from '../present/stage-clock.ts';
import { openLabDir } from '../state/lab-dir.ts';
import { readOnStage, type OnStage } from '../state/on-stage.ts';
import { readReached, readRehearsal } from '../state/rehearsals.ts';

const pollMs = 300;

export async function notes(number: number, signal: AbortSignal): Promise<number> {
  const { env } = process;
  const lab = loadLab(openLibrary(env), number);
  const ui = openUi({ input: process.stdin, output: process.stdout, env });
  const dir = openLabDir(projectRoot, env);
  const rehearsal = readRehearsal(dir, number);
  if (!process.stdout.isTTY) {
    const pages = [undefined, ...lab.steps].map((_, index) =>
      notesPage(lab, index - 1, { ...ui, rehearsal }),
    );
    ui.print(pages.join(`\n\n${'-'.repeat(40)}\n\n`));
    return 0;
  }
  const plan = planOf(lab, { last: readReached(dir, number), rehearsal });
  if (readOnStage(dir)?.lab !== number)
    ui.print(`Waiting for npm run lab ${number} present. Ctrl+C ends the notes.`);
  for (let shown: OnStage | undefined; !signal.aborted; await pause(signal)) {
    const stage = readOnStage(dir);
    if (stage?.lab !== number) continue;
    if (stage.step !== shown?.step) {
      ui.clear();
      ui.print(`${notesPage(lab, stage.step, { ...ui, rehearsal })}\n`);
    }
    shown = stage;
    if (terminalMoves(process.stdout, env)) process.stdout.write(`\r${time(plan, stage)}\u001B[K`);
  }
  ui.print('');
  return 0;
}

/** Until the next look, or until Ctrl+C, which is how the notes end. */
const pause = async (signal: AbortSignal): Promise<void> =>
  sleep(pollMs, undefined, { signal }).catch(() => undefined);

const time = (plan: Plan, { step, startedAt }: OnStage): string =>
  stageTime(plan, step, Date.now() - startedAt);
