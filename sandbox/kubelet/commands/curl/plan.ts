// The request that a command line asks for.

import { type CommandContext, readInput } from '../command.ts';
import { CurlError } from './curl-error.ts';
import { allValues, lastValue, type CurlOptions } from './options.ts';
import type { Target } from './target.ts';

export interface Plan {
  readonly method: string;
  /** True for `-I`: only the head is asked for and shown. */
  readonly headOnly: boolean;
  /** In the order in which they are sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | undefined;
}

/** Data of all `-d` and its relatives, joined as curl does; undefined when there is none. @throws CurlError */
export async function readBody(
  options: CurlOptions,
  { stdin, files }: CommandContext,
): Promise<string | undefined> {
  let body: string | undefined;
  for (const [option, value] of options.values) {
    const kind = dataOptions.get(option);
    if (kind === undefined) continue;
    let part = value;
    if (value.startsWith('@') && kind !== 'raw') {
      const name = value.slice(1);
      const content = name === '-' ? await readInput(stdin) : files.get(name);
      if (content === undefined) throw new CurlError(26, `Failed to open ${name}`);
      part = kind === 'text' ? content.replaceAll(/[\r\n\0]/g, '') : content;
    } else if (option === 'data-urlencode') part = urlEncode(value);
    body = body === undefined ? part : `${body}${option === 'json' ? '' : '&'}${part}`;
  }
  return body;
}

const dataOptions: ReadonlyMap<string, 'text' | 'raw' | 'binary'> = new Map([
  ['data', 'text'],
  ['data-ascii', 'text'],
  ['data-raw', 'raw'],
  ['data-urlencode', 'raw'],
  ['data-binary', 'binary'],
  ['json', 'binary'],
]);

/** `content`, `=content` and `name=content`. */
function urlEncode(value: string): string {
  const at = value.indexOf('=');
  if (at === -1) return formEncode(value);
  return `${at === 0 ? '' : value.slice(0, at + 1)}${formEncode(value.slice(at + 1))}`;
}

const formEncode = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** With `-G` the data is in the target's query already, and `data` is undefined. */
export function planRequest(options: CurlOptions, target: Target, data: string | undefined): Plan {
  const headOnly = options.flags.has('head');
  const body = data === undefined ? undefined : Buffer.from(data);
  const method = lastValue(options, 'request') ?? (headOnly ? 'HEAD' : body === undefined ? 'GET' : 'POST');
  return { method, headOnly, headers: headersOf(options, target, body), body };
}

function headersOf(
  options: CurlOptions,
  target: Target,
  body: Buffer | undefined,
): readonly (readonly [string, string])[] {
  const custom = customHeaders(options);
  const given = new Set(custom.map(({ name }) => name.toLowerCase()));
  const host = custom.find(({ name }) => name.toLowerCase() === 'host');
  const user = lastValue(options, 'user') ?? target.user;
  const cookies = allValues(options, 'cookie');
  if (cookies.some((cookie) => !cookie.includes('='))) {
    throw new CurlError(2, 'the sandbox has cookies as -b name=value, not from a file');
  }
  const defaults: [string, string | undefined][] = [
    ['Authorization', user === undefined ? undefined : `Basic ${Buffer.from(user).toString('base64')}`],
    ['User-Agent', lastValue(options, 'user-agent') ?? 'curl/8.5.0'],
    ['Accept', '*/*'],
    ['Referer', lastValue(options, 'referer')],
    ['Cookie', cookies.length === 0 ? undefined : cookies.join(';')],
  ];
  const headers: [string, string][] = [];
  if (host === undefined) headers.push(['Host', target.authority]);
  else if (host.value !== undefined) headers.push(['Host', host.value]);
  for (const [name, value] of defaults) {
    if (value !== undefined && value !== '' && !given.has(name.toLowerCase())) headers.push([name, value]);
  }
  for (const { name, value } of custom) {
    if (value !== undefined && name.toLowerCase() !== 'host') headers.push([name, value]);
  }
  if (body === undefined) return headers;
  if (!given.has('content-length')) headers.push(['Content-Length', String(body.length)]);
  if (!given.has('content-type')) headers.push(['Content-Type', 'application/x-www-form-urlencoded']);
  return headers;
}

interface CustomHeader {
  readonly name: string;
  /** Undefined removes a header that curl would send by itself. */
  readonly value: string | undefined;
}

function customHeaders(options: CurlOptions): readonly CustomHeader[] {
  const custom = allValues(options, 'header').flatMap((line): CustomHeader[] => {
    const match = /^([^:;]+)([:;])(.*)$/s.exec(line);
    if (match === null) return [];
    const [, name = '', mark, rest = ''] = match;
    const value = rest.trim();
    if (mark === ';') return value === '' ? [{ name, value: '' }] : [];
    return [{ name, value: value === '' ? undefined : value }];
  });
  if (!options.values.some(([option]) => option === 'json')) return custom;
  const given = new Set(custom.map(({ name }) => name.toLowerCase()));
  const json = [
    { name: 'Content-Type', value: 'application/json' },
    { name: 'Accept', value: 'application/json' },
  ];
  return [...json.filter(({ name }) => !given.has(name.toLowerCase())), ...custom];
}
