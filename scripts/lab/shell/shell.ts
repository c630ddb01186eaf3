// The one shell in which a lab's commands run: `cd`, variables, functions and background jobs live from one command
// to the next, as in a learner's own terminal, but without one (commands that read input get end-of-file).

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Clock } from '../../../sandbox/clock/clock.ts';
import { startBash, type Bash, type BashOptions } from './bash.ts';
import { CommandOutput, type OutputBounds } from './output.ts';

export interface ShellOptions extends BashOptions {
  /** How much of an output is kept. @default 512 KiB of its beginning and 512 KiB of its end */
  readonly bounds?: OutputBounds;
  /** By which commands take too long. @default the machine's */
  readonly clock?: Clock;
}

export interface ShellRunOptions {
  /** Milliseconds; then everything the shell runs is killed, and a fresh shell takes its place. */
  readonly timeoutMs: number;
  /** Aborted: everything the shell runs is killed, `run` rejects with the reason, and the shell is closed. */
  readonly signal: AbortSignal;
  /** Told while the command runs, in order. */
  readonly onOutput?: (text: string) => void;
}

export interface ShellResult {
  /** Standard output and standard error as a terminal shows them; the middle of a huge one is left out. */
  readonly output: string;
  /** Bytes left out of `output`. */
  readonly droppedBytes: number;
  /** undefined when the command timed out. */
  readonly exitCode: number | undefined;
  readonly durationMs: number;
  /**
   * Present when the command ended its shell, so that variables, functions and background jobs are gone and the next
   * command finds a fresh one. `exit`: by `exit`, or by failing under `set -e`.
   */
  readonly shellEnded?: 'exit' | 'timeout';
}

/** What runs commands; the engine needs no more of it. */
export interface CommandRunner {
  run(command: string, options: ShellRunOptions): Promise<ShellResult>;
}

const defaultBounds: OutputBounds = { headBytes: 512 * 1024, tailBytes: 512 * 1024 };

interface Current {
  readonly output: CommandOutput;
  readonly settle: (end: { exitCode: number; shellEnded: boolean }) => void;
  exitCode: number | undefined;
}

export class LabShell implements CommandRunner, AsyncDisposable {
  #options: ShellOptions;
  #folder: string;
  #bash: Bash | undefined;
  #current: Current | undefined;
  #previousExit = 0;
  #closed: Promise<void> | undefined;

  private constructor(options: ShellOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
  }

  /** @throws LabError when bash cannot be started */
  static async open(options: ShellOptions): Promise<LabShell> {
    const shell = new LabShell(options, await mkdtemp(join(tmpdir(), 'lab-shell-')));
    try {
      await shell.#start();
    } catch (error) {
      await shell.close();
      throw error;
    }
    return shell;
  }

  /** Runs one command text, of any number of lines. One at a time. */
  async run(command: string, { timeoutMs, signal, onOutput }: ShellRunOptions): Promise<ShellResult> {
    if (this.#closed !== undefined) throw new Error('This shell is closed');
    if (this.#current !== undefined) throw new Error('This shell is still running a command');
    signal.throwIfAborted();
    const startedAt = performance.now();
    const marker = randomBytes(16).toString('hex');
    const output = new CommandOutput(
      Buffer.from(`\0${marker}\0`),
      this.#options.bounds ?? defaultBounds,
      onOutput ?? ((): void => undefined),
    );
    const ended = new Promise<{ exitCode: number; shellEnded: boolean }>((settle) => {
      this.#current = { output, settle, exitCode: undefined };
    });
    let timedOut = false;
    const timer = (this.#options.clock ?? systemClock).after(timeoutMs, () => {
      timedOut = true;
      void this.#bash?.end();
    });
    const stop = (): void => {
      void this.close();
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#ask(command, marker);
      const { exitCode, shellEnded } = await ended;
      signal.throwIfAborted();
      this.#previousExit = shellEnded ? 0 : exitCode;
      return {
        output: output.text,
        droppedBytes: output.droppedBytes,
        exitCode: timedOut ? undefined : exitCode,
        durationMs: performance.now() - startedAt,
        ...(shellEnded ? { shellEnded: timedOut ? 'timeout' : 'exit' } : {}),
      };
    } catch (error) {
      if (!signal.aborted) throw error;
      // Whatever failed then, failed because the shell was closed under it.
      await this.close();
      throw signal.reason;
    } finally {
      timer.clear();
      signal.removeEventListener('abort', stop);
      this.#current = undefined;
    }
  }

  /** Ends the shell, what it runs and what it left in the background. Safe to repeat. */
  close(): Promise<void> {
    return (this.#closed ??= this.#end());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #start(): Promise<void> {
    const bash = await startBash(this.#options, {
      output: (bytes) => {
        this.#current?.output.add(bytes);
        this.#settleWhenComplete();
      },
      exitCode: (code) => {
        if (this.#current !== undefined) this.#current.exitCode = code;
        this.#settleWhenComplete();
      },
      ended: (code) => {
        this.#bash = undefined;
        this.#current?.output.finish();
        this.#current?.settle({ exitCode: code, shellEnded: true });
      },
    });
    if (this.#closed !== undefined) {
      await bash.end();
      throw new Error('This shell was closed while it started');
    }
    this.#bash = bash;
  }

  async #ask(command: string, marker: string): Promise<void> {
    if (this.#bash === undefined) await this.#start();
    const file = join(this.#folder, 'command.sh');
    await writeFile(file, command, { mode: 0o600 });
    this.#bash?.runFile(file, this.#previousExit, marker);
  }

  // Exit code and output come by two pipes, in either order.
  #settleWhenComplete(): void {
    const current = this.#current;
    if (current?.exitCode !== undefined && current.output.ended) {
      current.settle({ exitCode: current.exitCode, shellEnded: false });
    }
  }

  async #end(): Promise<void> {
    await this.#bash?.end();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
