// The end of one container run's log, bounded in bytes, with those who follow it.

import type { Clock } from '../../clock/clock.ts';

export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Without its line break. */
  readonly text: string;
}

/** Characters kept for one run of a container; the oldest lines go first. */
const limit = 512 * 1024;

export class LogRing {
  readonly #clock: Clock;
  #lines: LogLine[] = [];
  /** Lines before this index are dropped; the array is trimmed once they are the larger half. */
  #first = 0;
  #size = 0;
  #closed = false;
  readonly #followers = new Set<(line: LogLine | undefined) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  append(text: string): void {
    if (this.#closed) return;
    const line = { time: this.#clock.now(), text };
    this.#lines.push(line);
    this.#size += text.length + 1;
    while (this.#size > limit && this.#first < this.#lines.length - 1) this.#dropFirst();
    for (const follower of this.#followers) follower(line);
  }

  #dropFirst(): void {
    this.#size -= (this.#lines[this.#first]?.text.length ?? 0) + 1;
    this.#first += 1;
    if (this.#first * 2 > this.#lines.length) {
      this.#lines = this.#lines.slice(this.#first);
      this.#first = 0;
    }
  }

  /** The container has ended: nothing more is appended. */
  close(): void {
    this.#closed = true;
    for (const follower of this.#followers) follower(undefined);
    this.#followers.clear();
  }

  lines(): readonly LogLine[] {
    return this.#lines.slice(this.#first);
  }

  /** Calls back for each line from now on, and with undefined at the end. Returns the function that stops it. */
  follow(follower: (line: LogLine | undefined) => void): () => void {
    if (this.#closed) {
      follower(undefined);
      return () => undefined;
    }
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }
}
