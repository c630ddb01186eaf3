import { systemClock, type Clock, type Timer } from '../../sandbox/clock/clock.ts';

/**
 * A clock whose timers run like the machine's, and whose time of day stands: whatever depends on the age of a thing
 * is the same for two who ask at different moments.
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
    return systemClock.after(ms, callback);
  }

  /** Everything is `ms` older at once. No timer fires for that. */
  moveOn(ms: number): void {
    this.#now += ms;
  }
}
