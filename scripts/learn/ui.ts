// The learner's screen: text, a running command, questions, and one line that moves while something takes time.

import { terminalMoves } from '../cli/terminal-moves.ts';
import { interrupted } from '../process/scope.ts';
import { askByLine } from './ask-by-line.ts';
import { askByMenu, askToTurn, menuHeight, type AskOptions } from './ask-by-menu.ts';
import { Pages } from './pages.ts';
import { openStatusLine, type StatusLine } from './status-line.ts';
import { Unread, type ScreenSize } from './unread.ts';

export interface Choice<T extends string> {
  /** The word that is typed for it where there is no menu. */
  readonly value: T;
  /** Starts with the word, so that typing it finds the entry of a menu as well. */
  readonly name: string;
  /** True: a menu offers it one level down. @default false */
  readonly rare?: boolean;
  /** True: Enter alone means this one, and not the first. @default false */
  readonly usual?: boolean;
}

export interface Ui {
  /** False where nobody can answer: questions get their first choice. */
  readonly interactive: boolean;
  readonly color: boolean;
  /** True where nothing moves: lines are read aloud, or stay as they are. */
  readonly aloud: boolean;
  /** Columns to wrap at, of the window as it is now. */
  readonly width: number;
  /** Columns of the window. */
  readonly columns: number;
  /** Lines that are seen at once; all of them where nothing is wiped. */
  readonly height: number;
  /** A text to read before the next question. Adds a line break. */
  tell(text: string): void;
  /** Resolves when all that was told is on the screen: page by page, where it is more than fits. */
  told(signal: AbortSignal): Promise<void>;
  /** The same, with room left for a question, which may then be asked in the same breath. */
  makeRoom(question: string, choices: readonly Choice<string>[], signal: AbortSignal): Promise<void>;
  /** At once. Adds a line break. */
  print(text: string): void;
  /** As it is: output of a command. */
  write(text: string): void;
  /** A fresh screen, where there is one. */
  clear(): void;
  /** What is on the screen has been read: the next question may push it out. */
  seen(): void;
  /** Rejects with the reason of `signal` when that is aborted: the question is then gone from the screen. */
  ask<T extends string>(
    question: string,
    choices: readonly [Choice<T>, ...Choice<T>[]],
    signal: AbortSignal,
  ): Promise<T>;
  /** What goes on, for as long as it goes on. */
  status(): StatusLine;
}

export interface UiOptions {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
}

const widest = 100;

/**
 * Menus and moving lines only where the terminal can move its cursor. Elsewhere every line is written once and stays,
 * and questions are answered by a typed word.
 */
export function openUi({ input, output, env }: UiOptions): Ui {
  const interactive = input.isTTY && output.isTTY;
  const moves = terminalMoves(output, env);
  const size = (): ScreenSize => ({
    // A terminal that was never told its size says 0.
    columns: output.columns || 80,
    height: moves ? output.rows || 24 : Number.POSITIVE_INFINITY,
  });
  const unread = new Unread(size);
  const asking = async <T>(
    question: (options: AskOptions) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> => {
    try {
      return await question({ input, output, signal });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      // A prompt reads the keys itself: Ctrl+C arrives as this error, not as a signal.
      if (error instanceof Error && error.name === 'ExitPromptError') throw interrupted();
      throw error;
    }
  };
  const write = (text: string): void => {
    output.write(text);
  };
  const turn = async (signal: AbortSignal): Promise<void> => asking(askToTurn, signal);
  const pages = new Pages({ unread, size, write, turn });
  const makeRoom: Ui['makeRoom'] = async (question, choices, signal) =>
    pages.show(moves ? menuHeight(question, choices, size().columns) : 0, signal);
  const writeNow = (text: string): void => {
    pages.flush();
    unread.add(text);
    write(text);
  };
  return {
    interactive,
    aloud: !moves,
    color: moves && output.hasColors() && (env['NO_COLOR'] ?? '') === '',
    get width() {
      return Math.min(size().columns, widest);
    },
    get columns() {
      return size().columns;
    },
    get height() {
      return size().height;
    },
    tell(text) {
      pages.add(`${text}\n`);
      if (!interactive) pages.flush();
    },
    told: async (signal) => pages.show(0, signal),
    makeRoom,
    print: (text) => writeNow(`${text}\n`),
    write: writeNow,
    clear() {
      unread.seen();
      if (moves) output.write('\u001B[2J\u001B[3J\u001B[H');
    },
    seen: () => unread.seen(),
    async ask(question, choices, signal) {
      if (!interactive) return choices[0].value;
      await makeRoom(question, choices, signal);
      unread.seen();
      return asking(async (options) => (moves ? askByMenu : askByLine)(question, choices, options), signal);
    },
    status: () => openStatusLine(output, { moves }),
  };
}
