// What has come on the screen since the instructor last pressed a key.

import type { Ui } from '../learn/ui.ts';
import { Unread } from '../learn/unread.ts';

export class Shown {
  #ui: Ui;
  #unread: Unread;

  constructor(ui: Ui) {
    this.#ui = ui;
    this.#unread = new Unread(() => ui);
  }

  print(text: string): void {
    // Of HTML there is nothing to read.
    if (text.trim() === '') return;
    this.#unread.add(`${text}\n`);
    this.#ui.print(text);
  }

  /** All of it has been seen. */
  seen(): void {
    this.#unread.seen();
  }

  /** Of the screen. */
  linesOf(text: string): number {
    return this.#unread.linesOf(`${text}\n`);
  }

  /** Whether the text would push out what nobody has read. The line of the clock stands below. */
  isPushedOutBy(text: string): boolean {
    return this.#unread.isPushedOutBy(this.linesOf(text) + 1);
  }
}
