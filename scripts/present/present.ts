// `npm run lab N present`: a lab on a projector, one beat for each press of a key.

import type { Clock, Random } from '../../sandbox/clock/clock.ts';
import type { Lab } from '../lab/format/lab.ts';
import type { ViewManifest } from '../learn/manifest/view-manifest.ts';
import { stepChoices } from '../learn/ask-to-leave.ts';
import type { Ui } from '../learn/ui.ts';
import { beatsOf, type Beat } from './beats.ts';
import { Cast } from './cast.ts';
import type { Controls, Move } from './controls.ts';
import type { Player } from './player.ts';
import { Show } from './show.ts';
import { stageTime, type Plan, type Reached } from './stage-clock.ts';

export interface PresentOptions {
  readonly lab: Lab;
  readonly ui: Ui;
  readonly controls: Controls;
  readonly player: Player;
  /** Takes over when the cluster is gone; undefined when there was no rehearsal. */
  readonly recording: Player | undefined;
  readonly isClusterUp: () => Promise<boolean>;
  readonly viewManifest: ViewManifest;
  /** The same without a cluster. */
  readonly viewFile: ViewManifest;
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

/** The way from beat to beat. */
class Presentation {
  #options: PresentOptions;
  #beats: readonly Beat[];
  #cast: Cast;
  #show: Show;
  #position = 0;
  #startedAt: number;
  #reached: Record<string, number> = {};
  /** True at the beginning, and after a jump. */
  #hasArrived = true;

  constructor(options: PresentOptions) {
    this.#options = options;
    this.#beats = beatsOf(options.lab);
    this.#cast = new Cast(options);
    this.#startedAt = options.clock.now();
    this.#show = new Show({
      ...options,
      cast: this.#cast,
      beats: this.#beats,
      time: (step) => this.#time(step),
      onTitle: (step) => this.#reach(step),
    });
  }

  async all(): Promise<Reached> {
    const { lab, ui } = this.#options;
    for (;;) {
      const beat = this.#beats[this.#position];
      if (beat === undefined) break;
      const move = await this.#showAnyway();
      if (move === 'quit') return this.#reached;
      this.#hasArrived = false;
      this.#position = await this.#after(move, beat);
    }
    this.#reached['end'] = this.#elapsed;
    ui.print(`\n${lab.title}: presented in ${this.#time(lab.steps.length)}.`);
    return this.#reached;
  }

  #reach(step: number): void {
    const { lab, onStep } = this.#options;
    const found = lab.steps[step];
    if (found !== undefined) this.#reached[found.id] ??= this.#elapsed;
    onStep(step);
  }

  get #elapsed(): number {
    return this.#options.clock.now() - this.#startedAt;
  }

  #time(step: number): string {
    return stageTime(this.#options.plan, step, this.#elapsed);
  }

  /** Again, when it failed because the cluster was gone. */
  async #showAnyway(): Promise<Move> {
    for (;;) {
      try {
        return await this.#show.beat(this.#position, this.#hasArrived);
      } catch (error) {
        await this.#cast.carryOnAfter(error);
        this.#hasArrived = true;
      }
    }
  }

  /** Where it goes on. */
  async #after(move: Move, beat: Beat): Promise<number> {
    if (move === 'next') return this.#position + 1;
    if (move === 'repeat') {
      const then = await this.#show.again();
      return then === 'next' ? this.#position : this.#after(then, beat);
    }
    const target = move === 'jump' ? await this.#chooseStep() : this.#stepBefore(beat);
    return this.#startOf(target);
  }

  /** The start of this step, or of the one before when nothing of this one has been shown. */
  #stepBefore({ step }: Beat): number {
    const first = this.#beats.findIndex(
      (beat) => beat.step === step && beat.kind !== 'title' && beat.kind !== 'text',
    );
    return this.#position <= first ? step - 1 : step;
  }

  async #chooseStep(): Promise<number> {
    const { lab, controls, signal } = this.#options;
    const [first, ...others] = stepChoices(lab.steps);
    return first === undefined ? 0 : Number(await controls.ask('Jump to', [first, ...others], signal)) - 1;
  }

  /** A recording is at every step. */
  async #bringTo(step: number): Promise<void> {
    while (this.#cast.mark === undefined) {
      try {
        await this.#options.goTo(step);
        return;
      } catch (error) {
        await this.#cast.carryOnAfter(error);
      }
    }
  }

  /** With the cluster as it is there. */
  async #startOf(step: number): Promise<number> {
    const target = Math.max(-1, step);
    if (target >= 0) await this.#bringTo(target);
    this.#show.forgetCommand();
    this.#hasArrived = true;
    return Math.max(
      0,
      this.#beats.findIndex((beat) => beat.kind === 'title' && beat.step === target),
    );
  }
}
