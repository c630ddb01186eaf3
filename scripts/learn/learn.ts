// `npm run lab N`: a lab step by step. Commands run in the lab's bash, or in the learner's own terminal.

import wrapAnsi from 'wrap-ansi';
import type { Clock } from '../../sandbox/clock/clock.ts';
import type { CheckContext, CheckResult } from '../lab/checks/check.ts';
import type { Lab, Step } from '../lab/format/lab.ts';
import type { CommandRunner } from '../lab/shell/shell.ts';
import { afterVisit, currentStep, noProgress, type Progress } from '../state/progress.ts';
import type { ChangeFeed } from './check-watch.ts';
import type { ViewManifest } from './manifest/view-manifest.ts';
import { renderMarkdown } from './render-markdown.ts';
import { showStepTitle } from './show.ts';
import { showSummary } from './summary.ts';
import { hasTask, takeStep } from './take-step.ts';
import type { Ui } from './ui.ts';

export interface LearnOptions {
  readonly lab: Lab;
  /** The lab after this one, for the summary. */
  readonly next: Pick<Lab, 'lab' | 'title' | 'summary'> | undefined;
  readonly ui: Ui;
  /** How to work in a terminal of one's own, in lines. */
  readonly ownTerminal: string;
  readonly shell: CommandRunner;
  readonly context: CheckContext;
  readonly changes: ChangeFeed;
  readonly viewManifest: ViewManifest;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly saveProgress: (progress: Progress) => void;
  /** Told when a step is green; the next one waits for it. */
  readonly stepDone?: (step: Step) => Promise<void>;
  /** Adds to red results why they are red, by the cluster as it is now. Without it `why` is not offered. */
  readonly explain?: (
    results: readonly CheckResult[],
    signal: AbortSignal,
  ) => Promise<readonly CheckResult[]>;
  /** Ways to bring the cluster to another state; what is missing is not offered. */
  readonly travel?: Travel;
  readonly signal: AbortSignal;
}

export interface Travel {
  /** To the start of the lab. */
  readonly reset?: () => Promise<void>;
  /** To the start of a step, as if all before it were done. */
  readonly goto?: (step: Step) => Promise<void>;
}

/** `quit`: the learner left, and can come back. `red`: nobody was there to repair a red check. */
export type LearnOutcome = 'done' | 'quit' | 'red';

export async function learn(options: LearnOptions): Promise<LearnOutcome> {
  const { lab, ui, saveProgress, clock, signal } = options;
  let { progress } = options;
  // A task says it itself.
  if (!hasTask(lab.steps[currentStep(lab.steps, progress.done)])) ui.tell(options.ownTerminal);
  if (progress.done.length === 0) ui.tell(`\n${renderMarkdown(introOf(lab), ui)}`);
  else ui.tell(`\n${wrapAnsi(doneBefore(lab, progress), ui.width)}`);
  for (;;) {
    const index = currentStep(lab.steps, progress.done);
    const step = lab.steps[index];
    if (step === undefined) break;
    ui.tell(`\n${showStepTitle(step, index, lab.steps.length, ui)}\n`);
    const startedAt = clock.now();
    const answer = await takeStep(step, options, (hints) => {
      progress = afterVisit(progress, step.id, { ms: clock.now() - startedAt, hints });
      saveProgress(progress);
    });
    switch (answer) {
      case 'go':
        progress = done(progress, step);
        await options.stepDone?.(step);
        break;
      case 'reset':
        await options.travel?.reset?.();
        progress = noProgress(clock.now());
        ui.print('This lab is at its start.');
        break;
      case 'quit':
      case 'red':
        return answer;
      default:
        await options.travel?.goto?.(answer);
        progress = { ...progress, done: lab.steps.slice(0, lab.steps.indexOf(answer)).map(({ id }) => id) };
    }
    saveProgress(progress);
  }
  ui.tell(`\n${showSummary({ ...options, progress, width: ui.width })}`);
  await ui.told(signal);
  return 'done';
}

const introOf = (lab: Lab): Parameters<typeof renderMarkdown>[0] =>
  lab.intro.flatMap((block) => (block.kind === 'prose' ? block.nodes : []));

function doneBefore({ steps }: Lab, { done }: Progress): string {
  const titles = steps.flatMap(({ id, title }, index) =>
    done.includes(id) ? [`${index + 1} ${title}`] : [],
  );
  return `Done before: ${titles.join(', ')}.`;
}

const done = (progress: Progress, { id }: Step): Progress => ({ ...progress, done: [...progress.done, id] });
