// What is proved of a lab, and with what.

import { openWorkshop, type Workshop } from '../../scripts/environment/workshop.ts';
import { atPortBase } from '../../scripts/lab-commands/at-port-base.ts';
import { setStage, type Stage } from '../../scripts/lab-commands/stage.ts';
import type { Lab } from '../../scripts/lab/format/lab.ts';
import type { TestWorkshop } from '../e2e/support/workshop.ts';

export interface Proof {
  /** One line, durations included. */
  readonly what: string;
  /** Lines that show what is wrong; undefined when nothing is. */
  readonly problem: readonly string[] | undefined;
}

export const { signal }: AbortController = new AbortController();

/** Runs `npm run lab …` to its end; the result is what it said when it failed, and how long it took. */
export async function runLabCommand(
  workshop: TestWorkshop,
  ...words: readonly string[]
): Promise<{ readonly problem: readonly string[] | undefined; readonly seconds: string }> {
  const { exitCode, stdout, stderr, durationMs } = await workshop.run('lab', words);
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-30);
  return { problem: exitCode === 0 ? undefined : said, seconds: secondsOf(durationMs) };
}

export const secondsOf = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** The lab on the ports of the workshop, and a bash for it. */
export async function openOn(
  workshop: TestWorkshop,
  lab: Lab,
): Promise<{ readonly lab: Lab; readonly opened: Workshop; readonly stage: Stage }> {
  const opened = await openWorkshop({ env: workshop.env, engine: 'sandbox', signal });
  return {
    lab: atPortBase(lab, opened.portBase),
    opened,
    stage: await setStage(opened, workshop.env, signal),
  };
}
