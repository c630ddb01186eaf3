// How an instructor leads: single keys at a terminal, words where nothing can move.

import { emitKeypressEvents } from 'node:readline';
import { interrupted } from '../process/scope.ts';
import type { Choice, Ui } from '../learn/ui.ts';

export const moves = ['next', 'back', 'repeat', 'jump', 'notes', 'recording', 'quit'] as const;
export type Move = (typeof moves)[number];

export interface Controls {
  /** What the instructor does next; `hint` is shown until then, and the keys with it. */
  move(hint: string | undefined, offered: readonly Move[], signal: AbortSignal): Promise<Move>;
  /** Resolves when any key is pressed. */
  anyKey(signal: AbortSignal): Promise<void>;
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
  ['c', 'recording'],
  ['q', 'quit'],
]);

const help: Readonly<Record<Move, string>> = {
  next: 'space: go on',
  back: 'b: back',
  repeat: 'r: repeat',
  jump: 'j: jump',
  notes: 'i: notes',
  recording: 'c: carry on from the recording',
  quit: 'q: quit',
};

const helpOf = (offered: readonly Move[]): string => offered.map((move) => help[move]).join('   ');

/** Clickers of presenters send page up and page down. */
export function keyControls(input: NodeJS.ReadStream, ui: Ui): Controls {
  emitKeypressEvents(input);
  return {
    async move(hint, offered, signal) {
      const status = ui.status();
      try {
        for (;;) {
          const keysShown = offered.length > 2 ? 'h: keys' : helpOf(offered);
          if (hint !== undefined) status.show(`${hint} (${keysShown})`);
          const key = await oneKey(input, signal);
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
    anyKey: async (signal) => void (await oneKey(input, signal)),
  };
}

/** The terminal is raw only while a key is awaited: what runs in between gets its Ctrl+C as a signal. */
async function oneKey(input: NodeJS.ReadStream, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const heard = new AbortController();
  input.setRawMode(true);
  input.resume();
  try {
    return await new Promise<string>((resolve, reject) => {
      const onKey = (_text: string | undefined, key: { name?: string; ctrl?: boolean }): void => {
        if (key.ctrl === true && key.name === 'c') reject(interrupted());
        else resolve(key.name ?? '');
      };
      const onAbort = (): void => reject(signal.reason as Error);
      input.once('keypress', onKey);
      signal.addEventListener('abort', onAbort, { signal: heard.signal });
      heard.signal.addEventListener('abort', () => input.off('keypress', onKey));
    });
  } finally {
    heard.abort();
    input.setRawMode(false);
    input.pause();
  }
}

const names: Readonly<Record<Move, string>> = {
  next: 'Next',
  back: 'Back',
  repeat: 'Repeat the last command',
  jump: 'Jump to a step',
  notes: 'Notes of this step',
  recording: 'Recording: carry on from it',
  quit: 'Quit',
};

/** Words, each with Enter; nothing hurries the typing. */
export const wordControls = (ui: Ui): Controls => ({
  async move(hint, offered, signal) {
    const [first, ...others] = offered.map((value): Choice<Move> => ({ value, name: names[value] }));
    return first === undefined ? 'quit' : ui.ask(`\n${hint ?? 'Run it?'}:`, [first, ...others], signal);
  },
  anyKey: async (signal) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    }),
});
