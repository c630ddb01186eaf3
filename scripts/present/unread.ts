// What has come on the screen since the instructor last pressed a key. No more comes at once than is seen at once.

import type { Ui } from '../learn/ui.ts';

export class Unread {
  #ui: Ui;
  #lines = 0;

  constructor(ui: Ui) {
    this.#ui = ui;
  }

  print(text: string): void {
    // Of HTML there is nothing to read.
    if (text.trim() === '') return;
    this.#lines += linesOf(text);
    this.#ui.print(text);
  }

  /** All of it has been seen. */
  seen(): void {
    this.#lines = 0;
  }

  /** Whether the text would push out what nobody has read. The line of the clock stands below. */
  isPushedOutBy(text: string): boolean {
    return this.#lines > 0 && this.#lines + linesOf(text) >= this.#ui.height;
  }
}

const linesOf = (text: string): number => text.split('\n').length;
