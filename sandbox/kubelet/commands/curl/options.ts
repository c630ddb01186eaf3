// curl's command line: the options the labs and their readers use. Any other is refused by name.

import { CurlError } from './curl-error.ts';

export interface CurlOptions {
  readonly flags: ReadonlySet<Flag>;
  /** In the order of the command line. */
  readonly values: readonly (readonly [option: Value, value: string])[];
  /** Each with the `-o` that belongs to it, by position. */
  readonly urls: readonly string[];
}

type Flag = (typeof flags)[number][0];
type Value = (typeof values)[number][0];

const flags = [
  ['silent', 's'],
  ['show-error', 'S'],
  ['fail', 'f'],
  ['fail-with-body', ''],
  ['fail-early', ''],
  ['include', 'i'],
  ['head', 'I'],
  ['verbose', 'v'],
  ['location', 'L'],
  ['insecure', 'k'],
  ['get', 'G'],
  ['globoff', 'g'],
  ['no-buffer', 'N'],
  ['ipv4', '4'],
  ['progress-bar', '#'],
  ['no-progress-meter', ''],
  ['compressed', ''],
  ['http1.1', ''],
  ['no-keepalive', ''],
  ['path-as-is', ''],
  ['retry-connrefused', ''],
  ['retry-all-errors', ''],
  ['remote-name', 'O'],
] as const;

const values = [
  ['output', 'o'],
  ['write-out', 'w'],
  ['header', 'H'],
  ['request', 'X'],
  ['data', 'd'],
  ['data-ascii', ''],
  ['data-raw', ''],
  ['data-binary', ''],
  ['data-urlencode', ''],
  ['json', ''],
  ['user-agent', 'A'],
  ['user', 'u'],
  ['cookie', 'b'],
  ['referer', 'e'],
  ['max-time', 'm'],
  ['connect-timeout', ''],
  ['retry', ''],
  ['retry-delay', ''],
  ['retry-max-time', ''],
  ['max-redirs', ''],
  ['resolve', ''],
  ['connect-to', ''],
  ['url', ''],
] as const;

/** @throws CurlError with code 2 */
export function parseOptions(args: readonly string[]): CurlOptions {
  const seen = new Set<Flag>();
  const given: [Value, string][] = [];
  const urls: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      urls.push(...rest.splice(0));
    } else if (arg.startsWith('--')) {
      parseLong(arg.slice(2), rest, seen, given);
    } else if (arg.startsWith('-') && arg.length > 1) {
      parseShort(arg, rest, seen, given);
    } else {
      urls.push(arg);
    }
    const last = given.at(-1);
    if (last?.[0] === 'url') {
      urls.push(last[1]);
      given.pop();
    }
  }
  if (urls.length === 0) throw new CurlError(2, 'no URL specified', tryHelp);
  return { flags: seen, values: given, urls };
}

function parseLong(name: string, rest: string[], seen: Set<Flag>, given: [Value, string][]): void {
  const flag = flags.find(([long]) => long === name);
  if (flag !== undefined) {
    seen.add(flag[0]);
    return;
  }
  const off = /^no-(.+)$/.exec(name)?.[1];
  const negated = flags.find(([long]) => long === off);
  if (negated !== undefined) {
    seen.delete(negated[0]);
    return;
  }
  const value = values.find(([long]) => long === name);
  if (value === undefined) throw unknownOption(`--${name}`);
  given.push([value[0], requireValue(`--${name}`, rest.shift())]);
}

/** `-so /dev/null`: flags stand together, and the first option with a value takes the rest or the next word. */
function parseShort(arg: string, rest: string[], seen: Set<Flag>, given: [Value, string][]): void {
  for (let at = 1; at < arg.length; at += 1) {
    const letter = arg.charAt(at);
    const flag = flags.find(([, short]) => short === letter);
    if (flag !== undefined) {
      seen.add(flag[0]);
      continue;
    }
    const value = values.find(([, short]) => short === letter);
    if (value === undefined) throw unknownOption(arg);
    const attached = arg.slice(at + 1);
    given.push([value[0], attached === '' ? requireValue(`-${letter}`, rest.shift()) : attached]);
    return;
  }
}

const tryHelp = "curl: try 'curl --help' or 'curl --manual' for more information\n";

const unknownOption = (option: string): CurlError =>
  new CurlError(2, `option ${option}: is unknown`, tryHelp, true);

function requireValue(option: string, value: string | undefined): string {
  if (value === undefined) throw new CurlError(2, `option ${option}: requires parameter`, tryHelp, true);
  return value;
}

/** The last value given for an option. */
export const lastValue = ({ values: all }: CurlOptions, option: Value): string | undefined =>
  all.findLast(([name]) => name === option)?.[1];

export const allValues = ({ values: all }: CurlOptions, option: Value): readonly string[] =>
  all.filter(([name]) => name === option).map(([, value]) => value);
