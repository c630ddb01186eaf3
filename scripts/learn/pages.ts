// Text that waits for its reader. What belongs to a question comes together with it where there is room, and nothing
// leaves the screen before it has been read.

import type { ScreenSize, Unread } from './unread.ts';

export interface PagesOptions {
  readonly unread: Unread;
  readonly size: () => ScreenSize;
  readonly write: (text: string) => void;
  /** Resolves when the reader wants to go on. Takes one line, and leaves none. */
  readonly turn: (signal: AbortSignal) => Promise<void>;
}

export class Pages {
  #options: PagesOptions;
  #waiting: string[] = [];

  constructor(options: PagesOptions) {
    this.#options = options;
  }

  /** A part that stays in one piece where a screen is high enough. */
  add(text: string): void {
    this.#waiting.push(text);
  }

  /** All that waits, page by page. @param below lines of what comes under the last one */
  async show(below: number, signal: AbortSignal): Promise<void> {
    const { unread } = this.#options;
    for (let [part] = this.#waiting; part !== undefined; [part] = this.#waiting) {
      const own = unread.linesOf(part);
      const rest = this.#waitingLines + below;
      const isLastPage = rest <= this.#options.size().height;
      if (unread.isPushedOutBy(isLastPage ? rest : own + turnLines)) await this.#turn(signal);
      this.#waiting.shift();
      if (own + turnLines <= this.#options.size().height) this.#write(part);
      else await this.#writeLong(part, signal);
    }
    if (unread.isPushedOutBy(below)) await this.#turn(signal);
  }

  /** All that waits, at once. */
  flush(): void {
    for (const part of this.#waiting.splice(0)) this.#write(part);
  }

  get #waitingLines(): number {
    return this.#waiting.reduce((sum, text) => sum + this.#options.unread.linesOf(text), 0);
  }

  async #writeLong(text: string, signal: AbortSignal): Promise<void> {
    const { unread } = this.#options;
    for (const line of text.split(/(?<=\n)/)) {
      if (unread.isPushedOutBy(unread.linesOf(line) + turnLines)) await this.#turn(signal);
      this.#write(line);
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    await this.#options.turn(signal);
    this.#options.unread.seen();
  }

  #write(text: string): void {
    this.#options.unread.add(text);
    this.#options.write(text);
  }
}

/** What the question for the next page takes. */
const turnLines = 1;
