// A lab of a few lines, taken by a learner at a terminal of the test. Its commands run on a stage, its checks follow
// what has run there: here, or in a terminal of the learner's own.

import { parse } from 'yaml';
import type { Before } from '../../../../scripts/cluster/last-applied.ts';
import type { Lab } from '../../../../scripts/lab/format/lab.ts';
import { learn, type LearnOptions, type LearnOutcome } from '../../../../scripts/learn/learn.ts';
import { manifestViewer } from '../../../../scripts/learn/manifest/view-manifest.ts';
import { openUi } from '../../../../scripts/learn/ui.ts';
import { noProgress, type Progress } from '../../../../scripts/state/progress.ts';
import { check, labOf, openStage, sh, type Answers, type Stage } from '../../lab/run/stage.ts';
import { openTerminal, type TerminalOptions, type TestTerminal } from './terminal.ts';

export interface LessonOptions extends TerminalOptions {
  /** Each step in Markdown, see labOf. */
  readonly steps: readonly string[];
  readonly answers?: Answers;
  readonly env?: NodeJS.ProcessEnv;
  /** Manifests by their paths. */
  readonly files?: Readonly<Record<string, string>>;
  /** What was applied before, by `kind/name`. */
  readonly before?: Readonly<Record<string, string>>;
  readonly more?: Partial<LearnOptions>;
}

export interface Lesson {
  readonly terminal: TestTerminal;
  readonly stage: Stage;
  readonly lab: Lab;
  /** As saved, the last one last. */
  readonly saved: readonly Progress[];
  readonly outcome: Promise<LearnOutcome>;
  /** The learner runs a command elsewhere; the cluster tells that it has changed. */
  elsewhere(command: string): Promise<void>;
}

export function openLesson(options: LessonOptions): Lesson {
  const { steps, answers, files = {}, before = {}, env = {}, more } = options;
  const terminal = openTerminal(options);
  const stage = openStage(answers, files);
  const lab = labOf(stage, ...steps);
  const saved: Progress[] = [];
  const listeners = new Set<() => void>();
  const { shell, checks, signal } = stage.context;
  const ended = learn({
    lab,
    next: { lab: 4, title: 'Dark launch', summary: 'Let testers see a new version first' },
    ownTerminal: 'In a terminal of your own:\n  cd mesh-workshop',
    ui: openUi({ input: terminal.input, output: terminal.output, env: { TERM: 'xterm', ...env } }),
    shell,
    context: { ...checks, signal },
    changes: {
      listen(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    viewManifest: manifestViewer({
      read: (path) => files[path],
      readBefore: async ({ kind, name }) => Promise.resolve(beforeOf(before[`${kind}/${name}`])),
    }),
    clock: stage.clock,
    progress: noProgress(stage.clock.now()),
    saveProgress: (progress) => saved.push(progress),
    signal,
    ...more,
  });
  return {
    terminal,
    stage,
    lab,
    saved,
    outcome: drawn(ended, terminal),
    elsewhere: async (command) => {
      stage.ran.push(command);
      for (const listener of listeners) listener();
      await stage.clock.advance(300);
    },
  };
}

async function drawn(ended: Promise<LearnOutcome>, terminal: TestTerminal): Promise<LearnOutcome> {
  try {
    return await ended;
  } finally {
    await terminal.drawn();
  }
}

const beforeOf = (text: string | undefined): Before | undefined =>
  text === undefined ? undefined : { value: parse(text), isWhole: true };

/** A step that is one, with two hints. */
export const task = `Write the rule.\n\n${check('the rule is there', 'after: solve')}

<details><summary>Hint 1</summary>\n\nIt is short.\n\n</details>

<details><summary>Hint 2</summary>\n\nIt is called solve.\n\n</details>

<details><summary>Solution</summary>\n\n${sh('solve')}\n\n</details>`;

/** Waits for each question, and types its answer. */
export const answered = async (
  lesson: Lesson,
  ...answers: readonly (readonly [string | RegExp, string])[]
): Promise<void> => {
  for (const [question, typed] of answers) {
    await lesson.terminal.shows(question);
    lesson.terminal.type(typed);
  }
};
