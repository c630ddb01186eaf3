import type { Clock, Timer } from '../clock/clock.ts';

/**
 * Tells when nothing has happened for a while. `touch` is only a note of the time: the timer behind it is set again
 * when it fires, not at every event.
 */
export class LazyTimer {
  readonly #clock: Clock;
  readonly #limit: () => number;
  readonly #expired: () => void;
  #last: number;
  #timer: Timer | undefined;
  #stopped = false;

  /** @param limit milliseconds of silence until `expired`, read anew each time; Infinity or 0 is no limit */
  constructor(clock: Clock, limit: () => number, expired: () => void) {
    this.#clock = clock;
    this.#limit = limit;
    this.#expired = expired;
    this.#last = clock.now();
    this.#arm();
  }

  touch(): void {
    this.#last = this.#clock.now();
    // There was no limit when it last ran out.
    if (this.#timer === undefined && !this.#stopped) this.#arm();
  }

  /** Looks at the limit again, because it may have become shorter. */
  rearm(): void {
    this.#timer?.clear();
    this.#arm();
  }

  /** For good. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.clear();
    this.#timer = undefined;
  }

  #arm(): void {
    this.#timer = undefined;
    const limit = this.#limit();
    if (limit === 0 || limit === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#clock.after(Math.max(0, this.#last + limit - this.#clock.now()), () => {
      this.#timer = undefined;
      const now = this.#limit();
      if (now !== 0 && this.#clock.now() - this.#last >= now) this.#expired();
      else this.#arm();
    });
  }
}
