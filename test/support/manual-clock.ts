import type { Clock, Timer } from '../../sandbox/clock/clock.ts';

/** A clock that moves only when a test says so; due timers run in order of their time. */
export class ManualClock implements Clock {
  #now: number;
  #pending: { due: number; callback: () => void }[] = [];

  constructor(start = Date.UTC(2025, 3, 1, 10)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): Timer {
    const entry = { due: this.#now + Math.max(0, ms), callback };
    this.#pending.push(entry);
    return {
      clear: () => {
        this.#pending = this.#pending.filter((other) => other !== entry);
      },
    };
  }

  /** How many timers wait. After a clean close it is 0. */
  get pending(): number {
    return this.#pending.length;
  }

  /** Milliseconds until the next timer is due; Infinity when none waits. */
  get nextIn(): number {
    return Math.min(...this.#pending.map(({ due }) => due)) - this.#now;
  }

  /** Moves time on by `ms`, letting promises settle after every timer. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settled();
      const next = this.#pending.filter(({ due }) => due <= end).toSorted((a, b) => a.due - b.due)[0];
      if (next === undefined) break;
      this.#pending = this.#pending.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.due);
      next.callback();
    }
    this.#now = end;
    await settled();
  }
}

/** Lets queued microtasks and ready sockets have their turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
