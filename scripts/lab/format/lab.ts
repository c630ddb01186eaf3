// A lab as data: what labs/NN-name/README.md says, with the place of everything in it.

import type { RootContent } from 'mdast';
import type { EngineName } from '../../engine/engine.ts';
import type { Check } from '../checks/check.ts';
import type { CompareMode } from '../compare/compare-output.ts';
import type { Place } from './place.ts';

/** The YAML between the `---` lines at the top. */
export interface FrontMatter {
  readonly lab: number;
  readonly title: string;
  readonly summary: string;
  /** How long a learner takes. */
  readonly minutes: number;
  /** Applications that run before the first step. */
  readonly apps: readonly string[];
  /** The engines that can run it. @default all */
  readonly engines: readonly EngineName[];
  /** Namespaces the lab works in: a reset deletes them. @default none */
  readonly namespaces: readonly string[];
}

export interface Lab extends FrontMatter {
  /** Name of its folder: `03-retries`. */
  readonly id: string;
  /** Path of README.md and of its folder, relative to the project's root. */
  readonly file: string;
  readonly folder: string;
  /** What stands between the title and the first step. */
  readonly intro: readonly (Prose | Notes | Aside)[];
  /** At least one. */
  readonly steps: readonly Step[];
}

export interface Step {
  /** Slug of the heading as GitHub makes it, unique in the lab. */
  readonly id: string;
  readonly title: string;
  readonly at: Place;
  /** In the order of the text. */
  readonly blocks: readonly Block[];
}

export type Block = StepText | CheckBlock | Hint | Solution | Notes | Aside;

/** What may stand in a step as well as under its Solution. */
export type StepText = Prose | Command | Manifest | Skipped;

/** Paragraphs, lists, tables … as mdast nodes, ready to render. */
export interface Prose {
  readonly kind: 'prose';
  readonly nodes: readonly RootContent[];
}

/** A `sh` fence. */
export interface Command {
  readonly kind: 'command';
  /** Exactly as printed. */
  readonly text: string;
  readonly at: Place;
  readonly exit: ExpectedExit;
  /** The shell's group is killed after so many milliseconds. */
  readonly timeoutMs: number;
  /**
   * Present for a command that only looks: it is run again until exit code and output are as written, for at most
   * so many milliseconds.
   */
  readonly withinMs?: number;
  readonly expected?: ExpectedOutput;
}

/** `nonzero`: it must fail, with any code. */
export type ExpectedExit = number | 'nonzero';

/** The `text expect=…` fence right after a command. */
export interface ExpectedOutput {
  readonly mode: CompareMode;
  readonly text: string;
  readonly at: Place;
  /** Offsets of the fence's content in the README's text, for `lab record`. */
  readonly start: number;
  readonly end: number;
}

/** A `yaml file=…` fence: it shows the text of a file, and lint keeps the two equal. */
export interface Manifest {
  readonly kind: 'manifest';
  readonly path: string;
  readonly text: string;
  readonly at: Place;
}

/** A fence that is only there to be read, and says why it does not run. */
export interface Skipped {
  readonly kind: 'skipped';
  readonly lang: string;
  readonly text: string;
  readonly reason: string;
  readonly at: Place;
}

/** `<details><summary>Check: title</summary>` with one `yaml check` fence. */
export interface CheckBlock {
  readonly kind: 'check';
  /** Slug of the title, unique in the lab. */
  readonly id: string;
  readonly title: string;
  readonly at: Place;
  readonly check: Check;
  /** What the README says about it beside the fence. */
  readonly body: readonly RootContent[];
}

export interface Hint {
  readonly kind: 'hint';
  /** The summary: `Hint`, `Hint 2`, `Hint: look at the subset`. */
  readonly title: string;
  readonly at: Place;
  readonly body: readonly RootContent[];
}

/** The commands of a task the learner solves alone. verify runs them where they stand. */
export interface Solution {
  readonly kind: 'solution';
  readonly at: Place;
  readonly blocks: readonly StepText[];
}

/** Instructor notes. */
export interface Notes {
  readonly kind: 'notes';
  readonly at: Place;
  readonly body: readonly RootContent[];
}

/** Any other `<details>`: further reading. */
export interface Aside {
  readonly kind: 'aside';
  readonly title: string;
  readonly at: Place;
  readonly body: readonly RootContent[];
}

/** Commands of a step in the order in which they run, those under Solution included. */
export function commandsOf(step: Step): readonly Command[] {
  return step.blocks
    .flatMap((block): readonly (Block | StepText)[] => (block.kind === 'solution' ? block.blocks : [block]))
    .filter((block) => block.kind === 'command');
}

/** Checks of a step in the order of the text. */
export const checksOf = (step: Step): readonly CheckBlock[] =>
  step.blocks.filter((block) => block.kind === 'check');

/** True for a step whose commands all stand under Solution: the learner writes them. */
export function isTask(step: Step): boolean {
  return (
    step.blocks.some(({ kind }) => kind === 'solution') && !step.blocks.some(({ kind }) => kind === 'command')
  );
}
