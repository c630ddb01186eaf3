// Commands of a line or two, with coreutils' output.

import { sleep } from '../../clock/clock.ts';
import type { Command } from './command.ts';

export const printEnv: Command = (args, { env, stdout }) => {
  if (args.length === 0) {
    for (const [name, value] of env) stdout(`${name}=${value}\n`);
    return 0;
  }
  let code = 0;
  for (const name of args) {
    const value = env.get(name);
    if (value === undefined) code = 1;
    else stdout(`${value}\n`);
  }
  return code;
};

export const hostname: Command = ([option], { hostname: name, network, stdout }) => {
  stdout(option === '-i' || option === '-I' ? `${network.ip}\n` : `${name}\n`);
  return 0;
};

export const echo: Command = (args, { stdout }) => {
  const [first] = args;
  const plain = first === '-n' || first === '-e' || first === '-ne' || first === '-en';
  const text = (plain ? args.slice(1) : args).join(' ');
  const shown = plain && first.includes('e') ? text.replaceAll(/\\([ntr\\])/g, unescape) : text;
  stdout(plain && first.includes('n') ? shown : `${shown}\n`);
  return 0;
};

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\' };
const unescape = (_: string, letter: string): string => escapes[letter] ?? letter;

/** `date`, and `date +%s`. */
export const date: Command = ([format], { clock, stdout, stderr }) => {
  const now = new Date(clock.now());
  if (format === '+%s') {
    stdout(`${Math.floor(clock.now() / 1000)}\n`);
    return 0;
  }
  if (format !== undefined && format !== '-u') {
    stderr(`date: the sandbox has date and date +%s, not '${format}'\n`);
    return 1;
  }
  const [day = '', month, year, time] = now.toUTCString().replace(',', '').split(' ').toSpliced(1, 1);
  stdout(`${day} ${month} ${String(now.getUTCDate()).padStart(2)} ${time} UTC ${year}\n`);
  return 0;
};

/** Seconds with GNU's suffixes, or `infinity`; several are added. */
export const sleepFor: Command = async (args, { clock, signal, stderr }) => {
  let ms = 0;
  for (const arg of args) {
    const match = /^(\d+(?:\.\d+)?|inf(?:inity)?)([smhd]?)$/.exec(arg);
    const unit = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }[match?.[2] ?? ''];
    if (match === null || unit === undefined) {
      stderr(`sleep: invalid time interval '${arg}'\n`);
      return 1;
    }
    ms += (match[1]?.startsWith('inf') === true ? Infinity : Number(match[1])) * unit * 1000;
  }
  if (args.length === 0) {
    stderr('sleep: missing operand\n');
    return 1;
  }
  try {
    // A timer of more than this many milliseconds would be due at once.
    for (; ms > longestTimer; ms -= longestTimer) await sleep(clock, longestTimer, signal);
    await sleep(clock, ms, signal);
  } catch {
    return 143;
  }
  return 0;
};

const longestTimer = 2 ** 31 - 1;

export const id: Command = (_, { stdout }) => {
  stdout('uid=0(root) gid=0(root) groups=0(root)\n');
  return 0;
};

export const whoami: Command = (_, { stdout }) => {
  stdout('root\n');
  return 0;
};

/** At most this many lines: a slip of the finger shall not fill the memory. */
const longestSequence = 100_000;

export const sequence: Command = (args, { stdout, stderr }) => {
  const numbers = args.map(Number);
  const [first = 1, last = first, third] = numbers;
  const [from, step, to] =
    third === undefined ? (numbers.length === 1 ? [1, 1, first] : [first, 1, last]) : [first, last, third];
  if (numbers.length === 0 || !numbers.every(Number.isInteger) || step === 0) {
    stderr('seq: expected one to three whole numbers\n');
    return 1;
  }
  const lines: string[] = [];
  for (let at = from; step > 0 ? at <= to : at >= to; at += step) {
    lines.push(`${at}\n`);
    if (lines.length > longestSequence) {
      stderr(`seq: more than ${longestSequence} lines\n`);
      return 1;
    }
  }
  stdout(lines.join(''));
  return 0;
};
