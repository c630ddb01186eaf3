import { systemClock, type Clock, type Timer } from '../../../../sandbox/clock/clock.ts';

/** The machine's clock, whose wall time a test can set off, and whose pending timers it can count. */
export class TestClock implements Clock {
  /** Milliseconds that wall time is ahead of the machine's. Timers go by the monotonic clock, as in a real system. */
  aheadMs = 0;
  #pending = 0;

  get pending(): number {
    return this.#pending;
  }

  now(): number {
    return systemClock.now() + this.aheadMs;
  }

  after(ms: number, callback: () => void): Timer {
    this.#pending += 1;
    let isOver = false;
    const over = (): boolean => {
      if (isOver) return false;
      isOver = true;
      this.#pending -= 1;
      return true;
    };
    const timer = systemClock.after(ms, () => {
      over();
      callback();
    });
    return {
      clear: () => {
        over();
        timer.clear();
      },
    };
  }
}
