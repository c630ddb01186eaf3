// The learner's screen: text, a running command, and questions at a terminal.

import { createPromptModule } from 'inquirer';
import { interrupted } from '../process/scope.ts';

export interface Choice<T extends string> {
  readonly value: T;
  readonly name: string;
}

export interface Ui {
  /** False where nobody can answer: questions get their first choice. */
  readonly interactive: boolean;
  readonly color: boolean;
  readonly width: number;
  /** Adds a line break. */
  print(text: string): void;
  /** As it is: output of a command. */
  write(text: string): void;
  ask<T extends string>(question: string, choices: readonly [Choice<T>, ...Choice<T>[]]): Promise<T>;
}

export interface UiOptions {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

const widest = 100;

export function openUi({ input, output, env, signal }: UiOptions): Ui {
  const interactive = input.isTTY && output.isTTY;
  const prompt = createPromptModule({ input, output, signal, clearPromptOnDone: true });
  return {
    interactive,
    color: output.isTTY && output.hasColors() && env['NO_COLOR'] === undefined,
    // A terminal that was never told its size says 0.
    width: Math.min(output.columns || 80, widest),
    print(text) {
      output.write(`${text}\n`);
    },
    write(text) {
      output.write(text);
    },
    async ask<T extends string>(question: string, choices: readonly [Choice<T>, ...Choice<T>[]]): Promise<T> {
      if (!interactive) return choices[0].value;
      try {
        const { answer } = await prompt([
          { type: 'select', name: 'answer', message: question, choices: [...choices] },
        ]);
        return answer as T;
      } catch (error) {
        // A prompt reads the keys itself: Ctrl+C arrives as this error, not as a signal.
        if (error instanceof Error && error.name === 'ExitPromptError') throw interrupted();
        throw error;
      }
    },
  };
}
