// A lab of a few lines, presented at a terminal of the test.

import type { Lab } from '../../../../scripts/lab/format/lab.ts';
import { openUi } from '../../../../scripts/learn/ui.ts';
import { keyControls, wordControls } from '../../../../scripts/present/controls.ts';
import { livePlayer } from '../../../../scripts/present/player.ts';
import { present, type PresentOptions } from '../../../../scripts/present/present.ts';
import { planOf, type Reached } from '../../../../scripts/present/stage-clock.ts';
import { interrupted } from '../../../../scripts/process/scope.ts';
import { labOf, openStage, type Answers, type Stage } from '../../lab/run/stage.ts';
import { openTerminal, type TestTerminal } from '../../learn/support/terminal.ts';

export interface Show {
  readonly terminal: TestTerminal;
  readonly stage: Stage;
  readonly lab: Lab;
  readonly went: readonly number[];
  /** Steps as the instructor's own screen is told of them. */
  readonly shown: readonly number[];
  readonly reached: Promise<Reached>;
  /** Presses a key once the text is there. */
  press(key: string, when: string | RegExp): Promise<void>;
  /** Lets a command be typed to its end. */
  typed(): Promise<void>;
}

export function openShow(
  steps: readonly string[],
  answers: Answers = {},
  more: (stage: Stage, lab: Lab) => Partial<PresentOptions> & { words?: boolean } = () => ({}),
  files: Stage['files'] = { 'labs/rule.yaml': 'kind: Service\n' },
): Show {
  const terminal = openTerminal();
  const stage = openStage(answers, files);
  const lab = labOf(stage, ...steps);
  const { words = false, ...options } = more(stage, lab);
  const env = { TERM: 'xterm', ...(words && { LAB_SCREEN: 'plain' }) };
  const ui = openUi({ input: terminal.input, output: terminal.output, env });
  const went: number[] = [];
  const shown: number[] = [];
  const { signal } = stage.context;
  const controls = words
    ? wordControls(ui)
    : keyControls(terminal.input, ui, () => stage.stop.abort(interrupted()));
  const reached = present({
    lab,
    ui,
    controls,
    player: livePlayer(stage.context),
    recording: undefined,
    isClusterUp: async () => Promise.resolve(true),
    viewManifest: async () => Promise.resolve(undefined),
    viewFile: async () => Promise.resolve(undefined),
    goTo: async (step) => Promise.resolve(void went.push(step)),
    plan: planOf(lab, { last: undefined, rehearsal: undefined }),
    onStep: (step) => shown.push(step),
    clock: stage.clock,
    random: () => 0.5,
    signal,
    ...options,
  });
  return {
    terminal,
    stage,
    lab,
    went,
    shown,
    reached,
    async press(key, when) {
      await terminal.shows(when);
      terminal.type(key);
    },
    async typed() {
      await stage.clock.advance(5000);
    },
  };
}

/** The screen of the introduction, or of the first step. */
export const first: RegExp = /Retries, 0:00 of about 15:00, in time \(h: keys\)|Step 1 of \d, .*keys\)/;
