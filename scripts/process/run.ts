// Runs one program to its end. Arguments are passed as they are: no shell reads them.

import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { interrupted } from './scope.ts';

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Text for standard input; without it the program reads end-of-file. */
  readonly input?: string;
  /** Milliseconds; the program is killed after it. @default none */
  readonly timeoutMs?: number;
  /** Each line as it comes, of standard output and standard error alike. */
  readonly onLine?: (line: string) => void;
}

export interface RunResult {
  /** undefined when it could not be started or was killed. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** True when there is no such program. */
  readonly missing: boolean;
  readonly timedOut: boolean;
}

/** Never rejects for what the program did; only for an aborted `signal`, and for Ctrl+C that came to the program. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  // Not every command runs a program, and this takes longer to load than most of them take.
  const { execa } = await import('execa');
  const { signal, cwd, env, input, timeoutMs, onLine } = options;
  const running = execa(command, args, {
    reject: false,
    stripFinalNewline: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env, extendEnv: false }),
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
  });
  if (onLine !== undefined) for (const stream of [running.stdout, running.stderr]) tellLines(stream, onLine);
  const result = await running;
  signal?.throwIfAborted();
  // A terminal sends Ctrl+C to the whole group: the program may have ended of it before this process hears of it.
  if (result.signal === 'SIGINT') throw interrupted();
  return {
    exitCode: result.exitCode,
    stdout: result.stdout,
    stderr: result.stderr,
    missing: result.code === 'ENOENT',
    timedOut: result.timedOut,
  };
}

function tellLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  // Not setEncoding: execa reads the same stream, as bytes.
  const decoder = new StringDecoder('utf8');
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
