// One set-up from its tasks to its end: run, shown and recorded.

import { terminalMoves } from '../cli/terminal-moves.ts';
import { runGraph } from './graph.ts';
import { showLines, showList, showNothing, type Show } from './show.ts';
import type { SetUpTask } from './task.ts';
import { recordTimeline, type Timeline } from './timeline.ts';

export interface SetUpOptions {
  /** `quiet` prints nothing: for --json. */
  readonly output: 'visible' | 'quiet';
  readonly signal: AbortSignal;
  /** Told at the end, be it good or bad. */
  readonly onTimeline?: (timeline: Timeline) => void;
}

/** @throws the error of the first task that failed */
export async function setUp(
  tasks: readonly SetUpTask[],
  { output, signal, onTimeline }: SetUpOptions,
): Promise<void> {
  const recorder = recordTimeline(tasks, () => performance.now(), new Date());
  try {
    await showFor(output)(tasks, async (onEvent) =>
      runGraph(tasks, {
        signal,
        onEvent: (event) => {
          recorder.onEvent(event);
          onEvent(event);
        },
      }),
    );
  } finally {
    onTimeline?.(recorder.timeline());
  }
}

function showFor(output: SetUpOptions['output']): Show {
  if (output === 'quiet') return showNothing;
  return terminalMoves(process.stdout, process.env)
    ? showList
    : showLines((line) => process.stdout.write(`${line}\n`));
}
