import { systemClock, type Clock, type Timer } from '../../sandbox/clock/clock.ts';

/** Shorter timers than this run like the machine's. */
const neverMs = 10_000;

/**
 * A clock whose time of day stands, and on which what takes ten seconds never happens: whoever asks late, because the
 * machine is slow, sees what others see.
 */
export class StandingClock implements Clock {
  #now: number;

  constructor(start = Date.now()) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): Timer {
    return ms < neverMs ? systemClock.after(ms, callback) : { clear: () => undefined };
  }

  /** Everything is `ms` older at once. No timer fires for that. */
  moveOn(ms: number): void {
    this.#now += ms;
  }
}
