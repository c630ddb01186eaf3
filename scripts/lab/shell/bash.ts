// One bash process, fed line by line, and the words in which it is asked to run a command.

import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { LabError } from '../../error.ts';
import { shellQuote } from '../../shell-quote.ts';
import { endSession } from './session.ts';

export interface BashOptions {
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
}

export interface BashListener {
  /** Standard output and standard error, in the order in which they were written. */
  output(bytes: Buffer): void;
  /** Exit code of a command that is over. */
  exitCode(code: number): void;
  /** bash is gone, and so is every process it left; no call follows. */
  ended(code: number): void;
}

export interface Bash {
  readonly pid: number;
  /** Runs the text of a file. `previousExit` is what `$?` is at its start. */
  runFile(path: string, previousExit: number, marker: string): void;
  /** Ends bash and everything it started. */
  end(): Promise<void>;
}

// High descriptors, out of the way of those a lab's command may use: 200 takes exit codes, 201 is where output went
// when the shell was opened, so that a marker arrives even after `exec >file`.
const setUp = 'exec 200>&3 3>&- 201>&1 2>&1\n';

/** @throws LabError when there is no bash, or no such folder */
export async function startBash({ cwd, env }: BashOptions, listener: BashListener): Promise<Bash> {
  // A session of its own keeps the terminal's Ctrl+C from it: its owner decides when it ends.
  const child = execa('bash', ['--noprofile', '--norc'], {
    cwd,
    env: { ...env },
    extendEnv: false,
    detached: true,
    buffer: false,
    reject: false,
    encoding: 'buffer',
    stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) {
    const { cause } = await child;
    throw new LabError('SHELL_FAILED', `bash does not start in ${cwd}`, {
      cause,
      hint: 'the labs need bash on PATH: https://www.gnu.org/software/bash/',
    });
  }
  const killAtExit = (): void => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Nothing is left of it.
    }
  };
  process.once('exit', killAtExit);
  const output = child.stdout;
  const codes = child.stdio[3];
  const input = child.stdin;
  // Writing to a bash that has just ended fails; that it ended is reported by `exit`.
  input.on('error', () => undefined);
  output.on('data', (bytes: Buffer) => listener.output(bytes));
  onLine(codes, (line) => listener.exitCode(Number(line)));

  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(
        (async (): Promise<void> => {
          await endSession(pid);
          await drained(output);
          process.off('exit', killAtExit);
          listener.ended(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
        })(),
      );
    });
  });
  input.write(setUp);
  return {
    pid,
    runFile: (path, previousExit, marker) => ask(input, path, previousExit, marker),
    end: async () => {
      await endSession(pid);
      await gone;
    },
  };
}

/**
 * The command's text stays in its file: bash reads it from there, and no word of it is ever part of a line we write.
 * It runs by eval rather than as a script, so that `$0` and the name in messages are those of a terminal's shell.
 */
function ask(input: Writable, path: string, previousExit: number, marker: string): void {
  const run = `eval "$__lab_command" </dev/null 200>&- 201>&-`;
  const startWith = previousExit === 0 ? run : `(exit ${previousExit}) || ${run}`;
  input.write(
    `__lab_command="$(<${shellQuote(path)})"\n${startWith}\n` +
      `builtin printf '%s\\n' "$?" >&200; builtin printf '\\0%s\\0' ${shellQuote(marker)} >&201\n`,
  );
}

function onLine(stream: Readable, listener: (line: string) => void): void {
  let rest = '';
  stream.on('data', (bytes: Buffer) => {
    const lines = (rest + bytes.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) listener(line);
  });
}

/** Resolves when the stream has ended, or when a process that left the session keeps it open. */
async function drained(stream: Readable): Promise<void> {
  if (stream.readableEnded || stream.destroyed) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => stream.destroy(), 500);
    stream.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
