// One line about what goes on. Where the cursor can move it is written over in place, and gone at the end; elsewhere
// it becomes a sentence of its own, seldom enough to be read aloud.

import { performance } from 'node:perf_hooks';
import wrapAnsi from 'wrap-ansi';

export interface StatusLine {
  /** Told as often as there is news. */
  show(text: string): void;
  /** Takes the line away. Safe to repeat. */
  end(): void;
}

export interface StatusLineOptions {
  /** Whether the terminal can write over a line. */
  readonly moves: boolean;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** Between two sentences, in milliseconds. */
const sentenceEveryMs = 5000;
const eraseLine = '\r\u001B[K';

export function openStatusLine(
  output: NodeJS.WriteStream,
  { moves, now = () => performance.now() }: StatusLineOptions,
): StatusLine {
  let isShown = false;
  let saidAt = now();
  return {
    show(text) {
      if (moves) {
        output.write(`${eraseLine}${cut(text, (output.columns || 80) - 1)}`);
        isShown = true;
      } else if (now() - saidAt >= sentenceEveryMs) {
        output.write(`${text}\n`);
        saidAt = now();
      }
    },
    end() {
      if (isShown) output.write(eraseLine);
      isShown = false;
    },
  };
}

/** Colours take no room, and end where the line does. */
const cut = (text: string, columns: number): string =>
  wrapAnsi(text, columns, { hard: true, wordWrap: false, trim: false }).split('\n')[0] ?? '';
