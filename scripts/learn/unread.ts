// What has come on the screen since somebody last pressed a key there. No more comes at once than is seen at once.

import stringWidth from 'string-width';

export interface ScreenSize {
  readonly columns: number;
  readonly height: number;
}

export class Unread {
  #size: () => ScreenSize;
  #lines = 0;

  /** @param size told anew each time: windows change */
  constructor(size: () => ScreenSize) {
    this.#size = size;
  }

  /** @param text with its last line break, if it has one */
  add(text: string): void {
    this.#lines += this.linesOf(text);
  }

  /** All of it has been seen. */
  seen(): void {
    this.#lines = 0;
  }

  get isEmpty(): boolean {
    return this.#lines === 0;
  }

  /** Whether so many more lines would push out what nobody has read. */
  isPushedOutBy(lines: number): boolean {
    return this.#lines > 0 && this.#lines + lines > this.#size().height;
  }

  /** Lines of the screen: a long line takes several. */
  linesOf(text: string): number {
    const { columns } = this.#size();
    const lines = text.split('\n');
    return lines.reduce((sum, line, index) => {
      const least = index === lines.length - 1 ? 0 : 1;
      return sum + Math.max(least, Math.ceil(stringWidth(line) / columns));
    }, 0);
  }
}
