// The learner's screen: text, a running command, questions, and one line that moves while something takes time.

import { terminalMoves } from '../cli/terminal-moves.ts';
import { interrupted } from '../process/scope.ts';
import { askByLine } from './ask-by-line.ts';
import { askByMenu } from './ask-by-menu.ts';
import { openStatusLine, type StatusLine } from './status-line.ts';

export interface Choice<T extends string> {
  /** The word that is typed for it where there is no menu. */
  readonly value: T;
  /** Starts with the word, so that typing it finds the entry of a menu as well. */
  readonly name: string;
  /** True: a menu offers it one level down. @default false */
  readonly rare?: boolean;
}

export interface Ui {
  /** False where nobody can answer: questions get their first choice. */
  readonly interactive: boolean;
  readonly color: boolean;
  /** True where nothing moves: lines are read aloud, or stay as they are. */
  readonly aloud: boolean;
  readonly width: number;
  /** Lines that are seen at once; all of them where nothing is wiped. */
  readonly height: number;
  /** Adds a line break. */
  print(text: string): void;
  /** As it is: output of a command. */
  write(text: string): void;
  /** A fresh screen, where there is one. */
  clear(): void;
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
  const ask = moves ? askByMenu : askByLine;
  return {
    interactive,
    aloud: !moves,
    color: moves && output.hasColors() && (env['NO_COLOR'] ?? '') === '',
    // A terminal that was never told its size says 0.
    width: Math.min(output.columns || 80, widest),
    height: moves ? output.rows || 24 : Number.POSITIVE_INFINITY,
    print(text) {
      output.write(`${text}\n`);
    },
    write(text) {
      output.write(text);
    },
    clear() {
      if (moves) output.write('\u001B[2J\u001B[3J\u001B[H');
    },
    async ask(question, choices, signal) {
      if (!interactive) return choices[0].value;
      try {
        return await ask(question, choices, { input, output, signal });
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        // A prompt reads the keys itself: Ctrl+C arrives as this error, not as a signal.
        if (error instanceof Error && error.name === 'ExitPromptError') throw interrupted();
        throw error;
      }
    },
    status: () => openStatusLine(output, { moves }),
  };
}
