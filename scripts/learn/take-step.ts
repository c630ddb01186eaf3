// One step with a learner: its text, its commands, its checks.
//
// While a question is open, the step's checks are watched. When the learner's own work in another terminal turns them
// green, the question is answered by that.

import { checksOf, type Command, type Step, type StepText } from '../lab/format/lab.ts';
import type { CheckResult } from '../lab/checks/check.ts';
import { askToReset, askWhichStep } from './ask-to-leave.ts';
import { CheckWatch, type Tick } from './check-watch.ts';
import { choicesFor, type Moment, type Word } from './choices.ts';
import { Hints } from './hints.ts';
import type { LearnOptions } from './learn.ts';
import { appliedFiles } from './manifest/applied-files.ts';
import { showManifest } from './manifest/show-manifest.ts';
import { renderMarkdown } from './render-markdown.ts';
import { runChecks } from './run-checks.ts';
import { runCommand } from './run-command.ts';
import { indented, showCauses, showCommand, showTick, showWhy } from './show.ts';
import { firstAbort } from '../process/first-abort.ts';

/** `red`: nobody is there to repair what went wrong. A step: the learner goes to it. */
export type Answer = 'go' | 'quit' | 'red' | 'reset' | Step;

/** @param onLeave told how many hints were seen, also when the learner leaves by Ctrl+C */
export async function takeStep(
  step: Step,
  options: LearnOptions,
  onLeave: (hints: number) => void,
): Promise<Answer> {
  const walk = new StepWalk(step, options);
  try {
    return await walk.all();
  } finally {
    onLeave(walk.hints.shown);
  }
}

/** True for a step of which the learner finds a part. */
export const hasTask = (step: Step | undefined): boolean =>
  step?.blocks.some(({ kind }) => kind === 'solution') ?? false;

class StepWalk {
  readonly hints: Hints;
  #step: Step;
  #options: LearnOptions;
  #watch: CheckWatch;
  #red: readonly CheckResult[] = [];
  /** Paths of the manifests that are on the screen. */
  #shown = new Set<string>();
  /** True once a command of this step has run here: then it may be what turns the checks green. */
  #ranHere = false;

  constructor(step: Step, options: LearnOptions) {
    this.#step = step;
    this.#options = options;
    this.hints = new Hints(step);
    this.#watch = new CheckWatch({ ...options, checks: checksOf(step) });
  }

  async all(): Promise<Answer> {
    for (const block of this.#step.blocks) {
      const answer = await this.#block(block);
      if (answer !== 'go') return answer;
    }
    if (this.#options.ui.interactive && hasTask(this.#step)) {
      const answer = await this.#task();
      if (answer !== 'go') return answer;
    }
    return this.#passChecks();
  }

  async #block(block: Step['blocks'][number]): Promise<Answer> {
    switch (block.kind) {
      case 'prose':
      case 'command':
      case 'manifest':
      case 'skipped':
        return this.#text(block);
      case 'solution':
        return this.#options.ui.interactive ? 'go' : this.#solve();
      case 'check':
      case 'hint':
      case 'notes':
      case 'aside':
        return 'go';
    }
  }

  async #text(block: StepText): Promise<Answer> {
    const { ui } = this.#options;
    if (block.kind === 'command') return this.#command(block);
    if (block.kind === 'prose') ui.tell(`${renderMarkdown(block.nodes, ui)}\n`);
    else if (block.kind === 'skipped') ui.tell(`${indented(block.text)}\n`);
    else await this.#manifest(block.path, undefined);
    return 'go';
  }

  async #manifest(path: string, namespace: string | undefined): Promise<void> {
    const { ui, viewManifest } = this.#options;
    if (this.#shown.has(path)) return;
    this.#shown.add(path);
    const view = await viewManifest(path, namespace, ui);
    if (view !== undefined) ui.tell(`${showManifest(view)}\n`);
  }

  async #command(command: Command): Promise<Answer> {
    const { ui } = this.#options;
    for (const { path, namespace } of appliedFiles(command.text)) await this.#manifest(path, namespace);
    ui.tell(showCommand(command, ui));
    for (;;) {
      const word = await this.#ask('Run it?', 'command');
      if (word === 'done') {
        // Under the cluster's own answer stands a blank line already.
        if (!this.#watch.allGreen) ui.tell('');
        return 'go';
      }
      if (word === 'run') {
        this.#ranHere = true;
        if (await runCommand(command, this.#options)) return 'go';
        if (!ui.interactive) return 'red';
        this.#wrongTry();
      } else {
        const answer = await this.#aid(word);
        if (answer !== 'again') return answer;
      }
    }
  }

  /** Waits while the learner works: the checks would look for half a minute at what nobody has done yet. */
  async #task(): Promise<Answer> {
    const { ui, ownTerminal } = this.#options;
    ui.tell(`${ownTerminal}\n`);
    for (;;) {
      const word = await this.#ask('Your turn. The lab goes on by itself when the checks are green.', 'task');
      if (word === 'check' || word === 'done') return 'go';
      const answer = await this.#aid(word);
      if (answer !== 'again') return answer;
    }
  }

  async #passChecks(): Promise<Answer> {
    const { ui, signal } = this.#options;
    for (;;) {
      this.#red = await this.#look();
      if (this.#red.length === 0) return 'go';
      const explained = (await this.#options.explain?.(this.#red, signal)) ?? [];
      const causes = showCauses(explained, ui, ui.interactive && hasTask(this.#step) && !this.#ranHere);
      ui.tell(causes === '' ? '' : `${causes}\n`);
      if (!ui.interactive) return 'red';
      this.#wrongTry();
      const answer = await this.#untilRepaired();
      if (answer !== 'go') return answer;
    }
  }

  /** What a command has done here may take its time. What the learner has done elsewhere was watched meanwhile. */
  async #look(): Promise<readonly CheckResult[]> {
    await this.#options.ui.told(this.#options.signal);
    const isLearners = this.#options.ui.interactive && !this.#ranHere;
    return runChecks(checksOf(this.#step), this.#options, isLearners ? 'soon' : 'within');
  }

  async #untilRepaired(): Promise<Answer> {
    for (;;) {
      const word = await this.#ask('What next? The lab goes on by itself when all is green.', 'red');
      if (word === 'check' || word === 'done') return 'go';
      if (word === 'repeat') return this.#repeat();
      const answer = await this.#aid(word);
      if (answer !== 'again') return answer;
    }
  }

  async #repeat(): Promise<Answer> {
    for (const block of this.#step.blocks) {
      const answer = block.kind === 'command' ? await this.#command(block) : 'go';
      if (answer !== 'go') return answer;
    }
    return 'go';
  }

  #wrongTry(): void {
    const { ui } = this.#options;
    const hint = this.hints.afterWrongTry(ui);
    if (hint !== '') ui.tell(`${hint}\n`);
  }

  /** What is the same at every question. `again`: the question stays open. */
  async #aid(word: Word): Promise<Answer | 'again'> {
    const { ui, context, lab, signal } = this.#options;
    switch (word) {
      case 'quit':
        return word;
      case 'goto':
        return (await askWhichStep(lab, ui, signal)) ?? 'again';
      case 'reset':
        return (await askToReset(ui, signal)) ? 'reset' : 'again';
      case 'solve':
        return this.#solve();
      case 'hint':
        ui.tell(`${this.hints.next(ui)}\n`);
        return 'again';
      case 'why':
        ui.tell(`${showWhy((await this.#options.explain?.(this.#red, context.signal)) ?? [], ui)}\n`);
        return 'again';
      case 'check':
        await this.#look();
        return 'again';
      case 'run':
      case 'repeat':
      case 'done':
        return 'again';
    }
  }

  async #solve(): Promise<Answer> {
    for (const block of this.#step.blocks) {
      if (block.kind !== 'solution') continue;
      for (const text of block.blocks) {
        const answer = await this.#text(text);
        if (answer !== 'go') return answer;
      }
    }
    return 'go';
  }

  /** The learner's answer, or `done` when the checks have turned green meanwhile. */
  async #ask(question: string, at: Moment['at']): Promise<Word> {
    const { ui, signal } = this.#options;
    const choices = choicesFor(this.#momentOf(at));
    if (!ui.interactive) return choices[0].value;
    // What has run here does its work, and the commands after it are left to run.
    if (at === 'command' && this.#ranHere) return ui.ask(question, choices, signal);
    // Who still reads is not interrupted.
    await ui.makeRoom(question, choices, signal);
    for (let ticked = false; ; ticked = true) {
      const stop = new AbortController();
      const until = firstAbort(signal, stop.signal);
      const asked = ui.ask(question, choices, until).then((word) => ({ word, ticks: [] }));
      const watched = this.#watch.next(until).then((ticks) => ({ word: undefined, ticks }));
      try {
        const { word, ticks } = await Promise.race([asked, watched]);
        if (word !== undefined) {
          if (ticked) ui.tell('');
          return word;
        }
        stop.abort();
        await Promise.allSettled([asked, watched]);
        if (this.#isAnsweredBy(ticks)) return 'done';
      } finally {
        stop.abort();
        await Promise.allSettled([asked, watched]);
      }
    }
  }

  #isAnsweredBy(ticks: readonly Tick[]): boolean {
    const { ui } = this.#options;
    if (this.#watch.allGreen) ui.print('The cluster has what this step asks for: the lab goes on.\n');
    else for (const tick of ticks) ui.print(showTick(tick, ui));
    return this.#watch.allGreen;
  }

  #momentOf(at: Moment['at']): Moment {
    const { explain, travel } = this.#options;
    return {
      at,
      step: this.#step,
      canExplain: explain !== undefined,
      canGoto: travel?.goto !== undefined,
      canReset: travel?.reset !== undefined,
    };
  }
}
