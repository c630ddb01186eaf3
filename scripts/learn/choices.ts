// Everything a learner can ask for, and when it is offered.

import type { Step } from '../lab/format/lab.ts';
import type { Choice } from './ui.ts';

/** A question of the lab. `command`: shall it run; `task`: the learner works; `red`: a check is not green. */
export interface Moment {
  readonly at: 'command' | 'task' | 'red';
  readonly step: Step;
  /** What else there is on this screen, see LearnOptions. */
  readonly canExplain: boolean;
  readonly canGoto: boolean;
  readonly canReset: boolean;
}

/** In the order in which they are offered; the first one is what Enter does. A name starts with its word. */
const table = [
  { value: 'run', name: 'Run it here', offered: ({ at }: Moment) => at === 'command' },
  {
    value: 'done',
    name: 'Done: I have run it in my own terminal',
    offered: ({ at }: Moment) => at === 'command',
  },
  { value: 'check', name: 'Check: look now', offered: (moment: Moment) => has(moment, 'check') },
  {
    value: 'why',
    name: 'Why is it red?',
    offered: ({ at, canExplain }: Moment) => at === 'red' && canExplain,
  },
  {
    value: 'repeat',
    name: 'Repeat the commands of this step',
    offered: (moment: Moment) => moment.at === 'red' && has(moment, 'command'),
  },
  { value: 'hint', name: 'Hint', offered: (moment: Moment) => has(moment, 'hint') },
  {
    value: 'solve',
    name: 'Solve: show the solution and run it',
    offered: (moment: Moment) => has(moment, 'solution'),
  },
  { value: 'goto', name: 'Goto another step', offered: ({ canGoto }: Moment) => canGoto },
  { value: 'reset', name: 'Reset: start this lab anew', offered: ({ canReset }: Moment) => canReset },
  { value: 'quit', name: 'Quit; the lab goes on here next time', offered: () => true },
] as const;

export type Word = (typeof table)[number]['value'];

/** Where a command waits, the rest stands behind one entry of the menu: the text above it must stay in sight. */
const often = new Set<Word>(['run', 'done', 'quit']);

export function choicesFor(moment: Moment): readonly [Choice<Word>, ...Choice<Word>[]] {
  const [first, ...others] = table
    .filter(({ offered }) => offered(moment))
    .map(({ value, name }) => ({ value, name, rare: moment.at === 'command' && !often.has(value) }));
  // `quit` is always offered.
  return first === undefined ? [{ value: 'quit', name: 'Leave' }] : [first, ...others];
}

const has = ({ step }: Moment, kind: Step['blocks'][number]['kind']): boolean =>
  step.blocks.some((block) => block.kind === kind);
