// How an instructor leads: single keys at a terminal, words where nothing can move.

import type { Choice, Ui } from '../learn/ui.ts';
import { openKeyboard } from './keyboard.ts';

export const moves = ['next', 'back', 'repeat', 'jump', 'notes', 'manifest', 'recording', 'quit'] as const;
export type Move = (typeof moves)[number];

export interface Controls extends Disposable {
  /** What the instructor does next; `hint` is shown until then, and the keys with it. */
  move(hint: string | undefined, offered: readonly Move[], signal: AbortSignal): Promise<Move>;
  /** What a key says while a command is typed: one of `leaving`, or next, which is that the rest may come at once. */
  whileTyping(leaving: readonly Move[], signal: AbortSignal): Promise<Move>;
  /** What takes more than a key. */
  readonly ask: Ui['ask'];
  /** What is pressed or typed for the rest of a manifest. */
  readonly manifestKey: string;
}

const keys: ReadonlyMap<string, Move> = new Map([
  ['space', 'next'],
  ['return', 'next'],
  ['enter', 'next'],
  ['right', 'next'],
  ['pagedown', 'next'],
  ['n', 'next'],
  ['left', 'back'],
  ['pageup', 'back'],
  ['b', 'back'],
  ['r', 'repeat'],
  ['j', 'jump'],
  ['i', 'notes'],
  ['m', 'manifest'],
  ['c', 'recording'],
  ['q', 'quit'],
]);

const help: Readonly<Record<Move, string>> = {
  next: 'space: go on',
  back: 'b: back',
  repeat: 'r: repeat',
  jump: 'j: jump',
  notes: 'i: notes',
  manifest: 'm: manifest',
  recording: 'c: carry on from the recording',
  quit: 'q: quit',
};

const helpOf = (offered: readonly Move[]): string => offered.map((move) => help[move]).join('   ');

/** Clickers of presenters send page up and page down. */
export function keyControls(
  input: NodeJS.ReadStream,
  ui: Ui,
  interrupt: () => void = interruptThisProcess,
): Controls {
  const keyboard = openKeyboard(input, interrupt);
  return {
    manifestKey: 'm',
    async move(hint, offered, signal) {
      const status = ui.status();
      try {
        for (;;) {
          const keysShown = ` (${offered.length > 3 ? 'h: keys' : helpOf(offered)})`;
          if (hint !== undefined) status.show(cut(hint, ui.columns - 1 - keysShown.length) + keysShown);
          const key = await keyboard.next(signal);
          const move = keys.get(key);
          if (move !== undefined && offered.includes(move)) return move;
          if (key !== 'h' || hint === undefined) continue;
          status.end();
          ui.print(helpOf(offered));
        }
      } finally {
        status.end();
      }
    },
    async whileTyping(leaving, signal) {
      const move = keys.get(await keyboard.next(signal));
      return move !== undefined && leaving.includes(move) ? move : 'next';
    },
    async ask(question, choices, signal) {
      // A key has led here.
      ui.seen();
      try {
        return await ui.ask(question, choices, signal);
      } finally {
        keyboard.take();
      }
    },
    [Symbol.dispose]: () => keyboard[Symbol.dispose](),
  };
}

const cut = (text: string, columns: number): string =>
  text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;

/** As a terminal that is not raw does it. */
const interruptThisProcess = (): void => void process.kill(process.pid, 'SIGINT');

const names: Readonly<Record<Move, string>> = {
  next: 'Next',
  back: 'Back',
  repeat: 'Repeat the last command',
  jump: 'Jump to a step',
  notes: 'Notes of this step',
  manifest: 'Manifest: more of it, or again',
  recording: 'Recording: carry on from it',
  quit: 'Quit',
};

/** Words, each with Enter; nothing hurries the typing. */
export const wordControls = (ui: Ui): Controls => ({
  manifestKey: 'manifest',
  async move(hint, offered, signal) {
    const [first, ...others] = offered.map((value): Choice<Move> => ({ value, name: names[value] }));
    return first === undefined ? 'quit' : ui.ask(`\n${hint ?? 'Run it?'}:`, [first, ...others], signal);
  },
  whileTyping: async (_leaving, signal) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    }),
  ask: async (question, choices, signal) => ui.ask(question, choices, signal),
  [Symbol.dispose]: () => undefined,
});
