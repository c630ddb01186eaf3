// Looks at a step's checks while the learner reads, types or works in another terminal.
//
// A look follows every change in the cluster. What no watch of the API shows, such as a command in a pod, is found by
// a slow round: often for a check that asks one question, seldom for one that sends many requests.

import { sleep, type Clock } from '../../sandbox/clock/clock.ts';
import { LabError } from '../error.ts';
import type { CheckContext } from '../lab/checks/check.ts';
import type { CheckBlock } from '../lab/format/lab.ts';
import { firstAbort } from '../process/first-abort.ts';

/** News of changes in the cluster. */
export interface ChangeFeed {
  /** Calls back after each change, until the result is called. */
  listen(listener: () => void): () => void;
}

/** A check that has changed its colour. */
export interface Tick {
  readonly block: CheckBlock;
  readonly green: boolean;
}

export interface CheckWatchOptions {
  readonly checks: readonly CheckBlock[];
  readonly context: CheckContext;
  readonly changes: ChangeFeed;
  readonly clock: Clock;
}

/** All in milliseconds. Changes come in groups: one `kubectl apply` makes many. */
const settleMs = 200;
const oftenMs = 2000;
const seldomMs = 10_000;

export class CheckWatch {
  #options: CheckWatchOptions;
  #checks: readonly CheckBlock[];
  #isGreen = new Map<CheckBlock, boolean>();
  #dueAt = new Map<CheckBlock, number>();
  /** Colours that were told since the cluster last changed. What changes them now is chance, and no news twice. */
  #told = new Map<CheckBlock, Set<boolean>>();

  constructor(options: CheckWatchOptions) {
    this.#options = options;
    // Invariants are green all the time, and tell nothing about the step.
    this.#checks = options.checks.filter(({ check }) => !check.invariant);
  }

  /** True when every check was green at its last look. */
  get allGreen(): boolean {
    return this.#checks.every((block) => this.#isGreen.get(block) === true);
  }

  /** Resolves with the checks that have changed their colour. Before its step a check is red: verify sees to that. */
  async next(signal: AbortSignal): Promise<readonly Tick[]> {
    const { clock, changes } = this.#options;
    let changed = false;
    let wake = new AbortController();
    const unlisten = changes.listen(() => {
      changed = true;
      wake.abort();
    });
    try {
      for (;;) {
        if (changed) {
          await sleep(clock, settleMs, signal);
          changed = false;
          this.#dueAt.clear();
          this.#told.clear();
        }
        wake = new AbortController();
        const ticks = await this.#look(signal);
        if (ticks.length > 0) return ticks;
        if (!changed) await this.#pause(wake.signal, signal);
      }
    } finally {
      unlisten();
    }
  }

  async #look(signal: AbortSignal): Promise<readonly Tick[]> {
    const { clock, context } = this.#options;
    const ticks: Tick[] = [];
    for (const block of this.#checks) {
      if ((this.#dueAt.get(block) ?? 0) > clock.now()) continue;
      const before = this.#isGreen.get(block) ?? false;
      const green = await isGreen(block, { ...context, signal });
      signal.throwIfAborted();
      this.#isGreen.set(block, green);
      this.#dueAt.set(block, clock.now() + (sendsMuch(block) ? seldomMs : oftenMs));
      if (before !== green) ticks.push({ block, green });
    }
    return this.allGreen ? ticks : ticks.filter((tick) => this.#isNews(tick));
  }

  #isNews({ block, green }: Tick): boolean {
    const told = this.#told.get(block) ?? new Set();
    if (told.has(green)) return false;
    this.#told.set(block, told.add(green));
    return true;
  }

  /** Until the next look is due, or something changes. */
  async #pause(changed: AbortSignal, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const next = Math.min(...this.#dueAt.values(), clock.now() + seldomMs);
    try {
      await sleep(clock, Math.max(0, next - clock.now()), firstAbort(changed, signal));
    } catch (error) {
      if (!changed.aborted) throw error;
    }
    signal.throwIfAborted();
  }
}

/** A cluster that does not answer is red: the question that is on the screen stays, and the next command tells. */
async function isGreen({ check }: CheckBlock, context: CheckContext): Promise<boolean> {
  try {
    return (await check.run(context, 'once')).status === 'pass';
  } catch (error) {
    if (error instanceof LabError) return false;
    throw error;
  }
}

const sendsMuch = ({ check: { kind } }: CheckBlock): boolean => kind === 'traffic' || kind === 'metric';
