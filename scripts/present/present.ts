// `npm run lab N present`: a lab on a projector, one beat for each press of a key.

import type { Clock, Random } from '../../sandbox/clock/clock.ts';
import { LabError } from '../error.ts';
import type { CheckBlock, Command, Lab } from '../lab/format/lab.ts';
import { appliedFiles } from '../learn/manifest/applied-files.ts';
import type { ShowManifest } from '../learn/manifest/show-manifest.ts';
import { renderMarkdown } from '../learn/render-markdown.ts';
import { samplingBar } from '../learn/sampling-bar.ts';
import { indented, showCheck } from '../learn/show.ts';
import type { Choice, Ui } from '../learn/ui.ts';
import { beatsOf, followsManifest, notesOf, type Beat } from './beats.ts';
import { bigHeading } from './big.ts';
import type { Controls, Move } from './controls.ts';
import type { Player } from './player.ts';
import { stageTime, type Plan, type Reached } from './stage-clock.ts';
import { typeText } from './type-text.ts';
import { Shown } from './shown.ts';

export interface PresentOptions {
  readonly lab: Lab;
  readonly ui: Ui;
  readonly controls: Controls;
  readonly player: Player;
  /** Takes over when the cluster is gone; undefined when there was no rehearsal. */
  readonly recording: Player | undefined;
  readonly isClusterUp: () => Promise<boolean>;
  readonly showManifest: ShowManifest;
  /** Brings the cluster to the start of a step. */
  readonly goTo: (step: number) => Promise<void>;
  /** When each step is due. */
  readonly plan: Plan;
  /** Told which step is on the screen, from 0; -1 for the introduction. */
  readonly onStep: (step: number) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** Resolves with when each step was reached; `end` only when the lab was presented to its end. */
export async function present(options: PresentOptions): Promise<Reached> {
  return new Presentation(options).all();
}

/** Columns of prose: short lines are read from far. */
const textWidth = 64;

class Presentation {
  #options: PresentOptions;
  #player: Player;
  #beats: readonly Beat[];
  #position = 0;
  #startedAt: number;
  #reached: Record<string, number> = {};
  #lastCommand: Command | undefined;
  /** True at the beginning, and after a jump. */
  #hasArrived = true;
  #shown: Shown;

  constructor(options: PresentOptions) {
    this.#options = options;
    this.#player = options.player;
    this.#shown = new Shown(options.ui);
    this.#beats = beatsOf(options.lab);
    this.#startedAt = options.clock.now();
  }

  async all(): Promise<Reached> {
    for (;;) {
      const beat = this.#beats[this.#position];
      if (beat === undefined) break;
      const move = await this.#showAnyway(beat);
      if (move === 'quit') return this.#reached;
      this.#position = await this.#after(move, beat);
    }
    this.#reached['end'] = this.#elapsed;
    this.#options.ui.print(
      `\n${this.#options.lab.title}: presented in ${this.#time(this.#options.lab.steps.length)}.`,
    );
    return this.#reached;
  }

  get #elapsed(): number {
    return this.#options.clock.now() - this.#startedAt;
  }

  #time(step: number): string {
    return stageTime(this.#options.plan, step, this.#elapsed);
  }

  /** Again with the recording, when it failed because the cluster is gone. */
  async #showAnyway(beat: Beat): Promise<Move> {
    try {
      return await this.#show(beat);
    } catch (error) {
      await this.#carryOnAfter(error);
      this.#hasArrived = true;
      return this.#show(beat);
    }
  }

  /** @throws the error when it is not that the cluster is gone */
  async #carryOnAfter(error: unknown): Promise<void> {
    const { signal } = this.#options;
    const isEnd = error instanceof LabError && error.code === 'STAGE_ENDED';
    if (isEnd || signal.aborted || !(await this.#mustCarryOn())) throw error;
  }

  /** The instructor talks first, then it is shown; the result is what comes after it. */
  async #show(beat: Beat): Promise<Move> {
    const text = beat.kind === 'text' ? await this.#textOf(beat) : '';
    if (this.#mustWait(beat, text)) {
      // The clock and the notes are those of what is on the screen.
      const move = await this.#wait(this.#beats[this.#position - 1]?.step ?? beat.step);
      if (move !== 'next') return move;
    }
    this.#hasArrived = false;
    switch (beat.kind) {
      case 'title':
        return this.#title(beat.step);
      case 'text':
        this.#shown.print(text);
        return 'next';
      case 'command':
        return this.#command(beat.command, beat.step);
      case 'checks':
        return this.#checks(beat.checks, beat.step);
    }
  }

  /**
   * Text comes together with the heading above it, as long as both are seen; what has just been printed stays until it
   * has been talked about.
   */
  #mustWait({ kind }: Beat, text: string): boolean {
    const before = this.#beats[this.#position - 1];
    if (this.#hasArrived || before === undefined) return false;
    if (kind === 'title' || kind === 'command' || before.kind === 'command' || before.kind === 'checks')
      return true;
    return this.#shown.isPushedOutBy(text);
  }

  #title(step: number): Move {
    const { lab, ui } = this.#options;
    const found = lab.steps[step];
    if (found !== undefined) this.#reached[found.id] ??= this.#elapsed;
    this.#options.onStep(step);
    ui.clear();
    const title = found === undefined ? lab.title : `${step + 1} ${found.title}`;
    this.#shown.seen();
    this.#shown.print(`${bigHeading(title, ui)}\n`);
    if (this.#player.mark !== undefined) this.#shown.print(`[${this.#player.mark}]\n`);
    return 'next';
  }

  async #textOf({ text }: Beat & { kind: 'text' }): Promise<string> {
    const { ui, showManifest } = this.#options;
    if (text.kind === 'prose')
      return `${renderMarkdown(text.nodes, { ...ui, width: Math.min(ui.width, textWidth) })}\n`;
    if (text.kind === 'manifest' && this.#player.mark === undefined)
      return `${(await showManifest(text.path, undefined, ui)) ?? indented(text.text)}\n`;
    return `${indented(text.text)}\n`;
  }

  async #command(command: Command, step: number): Promise<Move> {
    const { ui } = this.#options;
    if (this.#player.mark === undefined && !followsManifest(this.#beats, this.#position)) {
      const before = await this.#manifests(command, step);
      if (before !== 'next') return before;
    }
    ui.write('$ ');
    await this.#type(command.text.trimEnd());
    // Typed, and not yet run: time to say what will happen.
    const move = await this.#waitQuietly(step);
    ui.print('');
    return move === 'next' ? this.#run(command) : move;
  }

  async #manifests({ text }: Command, step: number): Promise<Move> {
    const { ui, showManifest } = this.#options;
    for (const { path, namespace } of appliedFiles(text)) {
      const shown = `${(await showManifest(path, namespace, ui)) ?? ''}\n`;
      const move = this.#shown.isPushedOutBy(shown) ? await this.#wait(step) : 'next';
      if (move !== 'next') return move;
      this.#shown.print(shown);
    }
    return 'next';
  }

  async #type(text: string): Promise<void> {
    const { ui, controls } = this.#options;
    const anyKey = async (until: AbortSignal): Promise<void> => controls.anyKey(until);
    await typeText(text, { ...this.#options, write: (letter) => ui.write(letter), anyKey });
  }

  async #run(command: Command): Promise<Move> {
    const { ui, signal } = this.#options;
    this.#lastCommand = command;
    for (;;) {
      if (this.#player.mark !== undefined) ui.print(`[${this.#player.mark}]`);
      let lastText = '\n';
      const write = (text: string): void => {
        lastText = text;
        ui.write(text);
      };
      await this.#player.run(command, write, signal);
      ui.print(lastText.endsWith('\n') ? '' : '\n');
      // A pipe ends well even when there was nobody to ask.
      if (!(await this.#mustCarryOn())) return 'next';
    }
  }

  /** Until they are green: the instructor talks meanwhile, or goes on without. */
  async #checks(checks: readonly CheckBlock[], step: number): Promise<Move> {
    const { ui } = this.#options;
    if (this.#player.mark !== undefined) ui.print(`[${this.#player.mark}]`);
    for (const block of checks) {
      for (;;) {
        const result = await this.#look(block);
        ui.print(showCheck(result, ui));
        if (result.status === 'pass') break;
        if (await this.#mustCarryOn()) continue;
        const move = await this.#wait(step, 'Not green yet');
        if (move === 'next') break;
        if (move !== 'repeat') return move;
      }
    }
    ui.print('');
    return 'next';
  }

  async #look(block: CheckBlock): ReturnType<Player['check']> {
    const { ui, signal } = this.#options;
    const status = ui.status();
    status.show(`Waiting for green: ${block.title}`);
    try {
      return await this.#player.check(block, {
        signal,
        onProgress: (sampling) => status.show(samplingBar(sampling, ui)),
      });
    } finally {
      status.end();
    }
  }

  /** True when the cluster is gone and the recording has taken over. */
  async #mustCarryOn(): Promise<boolean> {
    const { ui, recording, isClusterUp, controls, signal } = this.#options;
    if (this.#player.mark !== undefined || (await isClusterUp())) return false;
    if (recording === undefined) {
      throw new LabError('STAGE_ENDED', 'The cluster is gone, and this lab was never rehearsed', {
        hint: 'npm run up starts it again; before the next talk, npm run lab N rehearse makes a recording',
      });
    }
    ui.print('The cluster does not answer.');
    const move = await controls.move('The cluster is gone', ['recording', 'quit'], signal);
    if (move === 'quit')
      throw new LabError('STAGE_ENDED', 'The cluster is gone', { hint: 'npm run up starts it again' });
    this.#player = recording;
    ui.print(`From here on: ${recording.mark ?? ''}\n`);
    return true;
  }

  /** A move that leaves this beat; notes are shown here. */
  async #wait(step: number, note?: string): Promise<Move> {
    this.#shown.seen();
    const { lab, ui, controls, signal } = this.#options;
    const place = step < 0 ? lab.title : `Step ${step + 1} of ${lab.steps.length}`;
    for (;;) {
      const parts = [
        note ?? place,
        this.#time(step),
        ...(this.#player.mark === undefined ? [] : ['recorded']),
      ];
      const move = await controls.move(parts.join(', '), this.#offered(step, note !== undefined), signal);
      if (move !== 'notes') return move;
      ui.print(this.#notes(step));
    }
  }

  /** Nothing may be written behind a command that has been typed. */
  async #waitQuietly(step: number): Promise<Move> {
    const { controls, signal } = this.#options;
    const offered = this.#offered(step, false).filter((move) => move !== 'notes' && move !== 'repeat');
    return controls.move(undefined, offered, signal);
  }

  #offered(step: number, canLookAgain: boolean): readonly Move[] {
    return [
      'next',
      'back',
      ...(this.#lastCommand === undefined && !canLookAgain ? [] : (['repeat'] as const)),
      'jump',
      ...(notesOf(this.#options.lab, step).length === 0 ? [] : (['notes'] as const)),
      'quit',
    ];
  }

  #notes(step: number): string {
    const { lab, ui } = this.#options;
    return notesOf(lab, step)
      .map(({ body }) => `[notes]\n${renderMarkdown(body, ui)}\n`)
      .join('\n');
  }

  /** Where it goes on. */
  async #after(move: Move, beat: Beat): Promise<number> {
    if (move === 'next') return this.#position + 1;
    if (move === 'repeat') {
      if (this.#lastCommand !== undefined) await this.#again(this.#lastCommand);
      return this.#position;
    }
    const target = move === 'jump' ? await this.#chooseStep() : this.#stepBefore(beat);
    return this.#startOf(target);
  }

  async #again(command: Command): Promise<void> {
    const { ui } = this.#options;
    ui.write('$ ');
    await this.#type(command.text.trimEnd());
    ui.print('');
    await this.#run(command);
  }

  /** The start of this step, or of the one before when nothing of this one has been shown. */
  #stepBefore({ step }: Beat): number {
    const first = this.#beats.findIndex(
      (beat) => beat.step === step && beat.kind !== 'title' && beat.kind !== 'text',
    );
    return this.#position <= first ? step - 1 : step;
  }

  async #chooseStep(): Promise<number> {
    const { lab, ui, signal } = this.#options;
    const [first, ...others] = lab.steps.map(({ title }, index): Choice<string> => ({
      value: String(index + 1),
      name: `${index + 1} ${title}`,
    }));
    return first === undefined ? 0 : Number(await ui.ask('Jump to', [first, ...others], signal)) - 1;
  }

  /** With the cluster as it is there; a recording needs none. */
  async #startOf(step: number): Promise<number> {
    const target = Math.max(-1, step);
    if (target >= 0 && this.#player.mark === undefined)
      await this.#options.goTo(target).catch(async (error: unknown) => this.#carryOnAfter(error));
    this.#lastCommand = undefined;
    this.#hasArrived = true;
    return Math.max(
      0,
      this.#beats.findIndex((beat) => beat.kind === 'title' && beat.step === target),
    );
  }
}
