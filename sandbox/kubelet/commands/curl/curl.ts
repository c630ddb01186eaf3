// curl inside a container: our own, over the pod's network. HTTP/1.1 only, no TLS, and it writes no files.

import { sleep } from '../../../clock/clock.ts';
import type { Command, CommandContext } from '../command.ts';
import { CurlError } from './curl-error.ts';
import { expandGlobs } from './globs.ts';
import { allValues, lastValue, parseOptions, type CurlOptions } from './options.ts';
import { readBody } from './plan.ts';
import { CurlSession } from './session.ts';
import { runTransfer, type TransferResult } from './transfer.ts';
import { writeOut } from './write-out.ts';

/** Its exit code is that of the last URL, as with curl. */
export const curl: Command = async (args, context) => {
  let session: CurlSession | undefined;
  try {
    const options = parseOptions(args);
    const verbose = (prefix: '*' | '>' | '<', text: string): void => {
      if (!options.flags.has('verbose')) return;
      for (const line of text.split('\n')) context.stderr(`${prefix} ${line}\n`);
    };
    session = new CurlSession(context, options, (line) => verbose('*', line));
    const data = await readBody(options, context);
    const urls = options.flags.has('globoff')
      ? options.urls.map((url) => [url])
      : options.urls.map(expandGlobs);
    let code = 0;
    for (const [index, group] of urls.entries()) {
      const output = outputFor(options, index, context);
      for (const url of group) {
        const one = { context, session, options, url, data, output, verbose };
        const { error, transfer } = await withRetries(options, context, () => runTransfer(one));
        code = error?.code ?? 0;
        if (error !== undefined) report(error, options, context);
        const format = lastValue(options, 'write-out');
        if (format !== undefined) context.stdout(writeOut(format, transfer));
        if (code !== 0 && options.flags.has('fail-early')) return code;
      }
    }
    return code;
  } catch (error) {
    if (!(error instanceof CurlError)) throw error;
    context.stderr(error.text);
    return error.code;
  } finally {
    session?.close();
  }
};

function report(error: CurlError, { flags }: CurlOptions, { stderr }: CommandContext): void {
  if (!flags.has('silent') || flags.has('show-error')) stderr(error.text);
}

/** The n-th `-o` is the n-th URL's. */
function outputFor(options: CurlOptions, index: number, { stdout }: CommandContext): (chunk: Buffer) => void {
  const file = allValues(options, 'output')[index];
  if (options.flags.has('remote-name') || (file !== undefined && file !== '/dev/null' && file !== '-')) {
    throw new CurlError(
      23,
      `Failed writing to ${file ?? 'a file'}: containers of the sandbox cannot be written to, use -o /dev/null or none`,
    );
  }
  return file === '/dev/null' ? () => undefined : stdout;
}

/** Answers that may be better next time (man 1 curl, --retry). */
const transient: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

async function withRetries(
  options: CurlOptions,
  { clock, signal, stderr }: CommandContext,
  run: () => Promise<TransferResult>,
): Promise<TransferResult> {
  const retries = Number(lastValue(options, 'retry') ?? 0);
  const fixedMs = Number(lastValue(options, 'retry-delay') ?? 0) * 1000;
  const endsAt = clock.now() + (Number(lastValue(options, 'retry-max-time') ?? 0) * 1000 || Infinity);
  let pauseMs = 1000;
  for (let left = retries; ; left -= 1) {
    const result = await run();
    const waitMs = fixedMs > 0 ? fixedMs : pauseMs;
    if (left <= 0 || !isTransient(result, options) || clock.now() + waitMs > endsAt) return result;
    const why = result.error === undefined || result.error.code === 22 ? 'HTTP error' : result.error.message;
    if (!options.flags.has('silent')) {
      const seconds = Math.round(waitMs / 1000);
      stderr(`Warning: Problem: ${why}. Will retry in ${seconds} seconds. ${left} retries left.\n`);
    }
    await sleep(clock, waitMs, signal);
    pauseMs = Math.min(pauseMs * 2, 600_000);
  }
}

function isTransient({ error, status }: TransferResult, { flags }: CurlOptions): boolean {
  if (error === undefined || error.code === 22) return transient.has(status);
  if (flags.has('retry-all-errors') || error.code === 28 || error.code === 6) return true;
  return error.code === 7 && flags.has('retry-connrefused');
}
