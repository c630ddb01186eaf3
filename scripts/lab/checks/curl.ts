// Requests of the checks: the real curl, one process for all of them, its options on standard input.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabError } from '../../error.ts';
import { run } from '../../process/run.ts';
import { shellQuote } from '../../shell-quote.ts';

export interface HttpCall {
  readonly method: string;
  /** http or https. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What one request got. Status 0: no answer (refused, reset, timed out). */
export interface Answer {
  readonly status: number;
  /** Lower-case names; the last of repeated ones. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** From the start of the request to its end, milliseconds. */
  readonly timeMs: number;
}

export interface CurlOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Requests at the same time. @default 10 */
  readonly parallel?: number;
}

const perRequestSeconds = 30;

/** Sends the call `count` times. The order of the answers is that of the requests. */
export async function curl(call: HttpCall, count: number, options: CurlOptions): Promise<readonly Answer[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-workshop-curl-'));
  try {
    const result = await run('curl', ['--config', '-'], {
      input: configuration(call, count, options.parallel ?? 10, folder),
      env: options.env,
      signal: options.signal,
    });
    if (result.missing) {
      throw new LabError('PROGRAM_MISSING', 'The checks need curl, and it is not on PATH', {
        hint: 'install curl with your package manager',
      });
    }
    return await readAnswers(result.stdout, folder, count);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The command a learner can type to see one such answer. */
export function curlCommand({ method, url, headers, body }: HttpCall): string {
  return [
    'curl -si',
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    ...Object.entries(headers).map(([name, value]) => `-H ${shellQuote(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`-d ${shellQuote(body)}`]),
    shellQuote(url),
  ].join(' ');
}

/** A curl configuration (curl(1), option --config): one option a line, values in double quotes. */
function configuration(call: HttpCall, count: number, parallel: number, folder: string): string {
  const { method, url, headers, body } = call;
  const option = (name: string, value: string): string =>
    `${name} = "${value.replaceAll(/[\\"]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;
  const each = Array.from({ length: count }, (_, index) => [
    option('url', url),
    option('output', join(folder, String(index))),
  ]).flat();
  return [
    'silent',
    'include',
    'globoff',
    ...(count > 1 ? ['parallel', 'parallel-immediate', `parallel-max = ${parallel}`] : []),
    `max-time = ${perRequestSeconds}`,
    option('noproxy', '*'),
    option('proto', '=http,https'),
    ...(method === 'HEAD' ? ['head'] : [option('request', method)]),
    ...Object.entries(headers).map(([name, value]) => option('header', `${name}: ${value}`)),
    ...(body === undefined ? [] : [option('data-raw', body)]),
    option('write-out', String.raw`%{filename_effective}\t%{http_code}\t%{time_total}\n`).replaceAll(
      String.raw`\\`,
      '\\',
    ),
    ...each,
    '',
  ].join('\n');
}

async function readAnswers(writeOut: string, folder: string, count: number): Promise<readonly Answer[]> {
  const lines = new Map(
    writeOut
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([file = '', status = '0', time = '0']) => [file, { status, time }] as const),
  );
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const file = join(folder, String(index));
      const line = lines.get(file);
      const { headers, body } = parseAnswer(await readOr(file, ''));
      return {
        status: Number(line?.status ?? 0),
        headers,
        body,
        timeMs: Number(line?.time ?? 0) * 1000,
      };
    }),
  );
}

async function readOr(file: string, fallback: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return fallback;
    throw error;
  }
}

/** Splits what `--include` wrote: interim answers (100 Continue) come first and are left out. */
function parseAnswer(text: string): { headers: ReadonlyMap<string, string>; body: string } {
  const end = text.indexOf('\r\n\r\n');
  if (!text.startsWith('HTTP/') || end < 0) return { headers: new Map(), body: text };
  const head = text.slice(0, end);
  const rest = text.slice(end + 4);
  if (/^HTTP\/\S+ 1\d\d/.test(head)) return parseAnswer(rest);
  const headers = head
    .split('\r\n')
    .slice(1)
    .map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    });
  return { headers: new Map(headers), body: rest };
}
