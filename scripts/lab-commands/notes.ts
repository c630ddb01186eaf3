// `npm run lab N notes`: the instructor's own screen, beside the projector. Without a terminal, all notes on paper.

import { setTimeout as sleep } from 'node:timers/promises';
import { terminalMoves } from '../cli/terminal-moves.ts';
import { openLibrary } from '../environment/library.ts';
import { projectRoot } from '../environment/project-root.ts';
import type { Lab } from '../lab/format/lab.ts';
import { loadLab } from '../lab/format/labs.ts';
import { openUi } from '../learn/ui.ts';
import { notesPage } from '../present/notes-page.ts';
import { stageTime } from '../present/stage-clock.ts';
import { openLabDir, type LabDir } from '../state/lab-dir.ts';
import { readOnStage, type OnStage } from '../state/on-stage.ts';
import { readReached } from '../state/rehearsals.ts';

const pollMs = 300;

export async function notes(number: number, signal: AbortSignal): Promise<number> {
  const { env } = process;
  const lab = loadLab(openLibrary(env), number);
  const ui = openUi({ input: process.stdin, output: process.stdout, env });
  if (!process.stdout.isTTY) {
    const pages = [undefined, ...lab.steps].map((_, index) => notesPage(lab, index - 1, ui));
    ui.print(pages.join(`\n\n${'-'.repeat(40)}\n\n`));
    return 0;
  }
  const dir = openLabDir(projectRoot, env);
  if (readOnStage(dir)?.lab !== number)
    ui.print(`Waiting for npm run lab ${number} present. Ctrl+C ends the notes.`);
  for (let shown: OnStage | undefined; !signal.aborted; await pause(signal)) {
    const stage = readOnStage(dir);
    if (stage?.lab !== number) continue;
    if (stage.step !== shown?.step) {
      ui.clear();
      ui.print(`${notesPage(lab, stage.step, ui)}\n`);
    }
    shown = stage;
    if (terminalMoves(process.stdout, env)) process.stdout.write(`\r${time(lab, stage, dir)}\u001B[K`);
  }
  ui.print('');
  return 0;
}

/** Until the next look, or until Ctrl+C, which is how the notes end. */
const pause = async (signal: AbortSignal): Promise<void> =>
  sleep(pollMs, undefined, { signal }).catch(() => undefined);

const time = (lab: Lab, { step, startedAt }: OnStage, dir: LabDir): string =>
  stageTime(lab, step, Date.now() - startedAt, readReached(dir, lab.lab));
