// curl's own URL patterns: `{a,b}` and `[1-10]`, `[01-10:2]`, `[a-c]`.

import { CurlError } from './curl-error.ts';

/** More than this many URLs of one pattern are refused. */
const most = 10_000;

/** @throws CurlError 3 for an unbalanced pattern */
export function expandGlobs(url: string): readonly string[] {
  const match = /^(.*?)(?:\{([^{}]*)\}|\[([^[\]]*)\])(.*)$/s.exec(url);
  if (match === null) {
    if (/[{}[\]]/.test(url)) throw new CurlError(3, 'unmatched brace or bracket in URL');
    return [url];
  }
  const [, before = '', set, range = '', after = ''] = match;
  const choices = set === undefined ? expandRange(range) : set.split(',');
  const rests = expandGlobs(after);
  if (choices.length * rests.length > most) throw new CurlError(3, 'range overflow in URL');
  return choices.flatMap((choice) => rests.map((rest) => `${before}${choice}${rest}`));
}

function expandRange(range: string): readonly string[] {
  const match = /^(?:(\d+)-(\d+)|([a-zA-Z])-([a-zA-Z]))(?::(\d+))?$/.exec(range);
  if (match === null) throw new CurlError(3, 'bad range in URL');
  const [, from = '', to = '', first = '', last = '', stepText = '1'] = match;
  const letters = first !== '';
  const start = letters ? first.charCodeAt(0) : Number(from);
  const end = letters ? last.charCodeAt(0) : Number(to);
  const step = Number(stepText);
  if (start > end || step < 1 || (end - start) / step > most) throw new CurlError(3, 'bad range in URL');
  const width = from.startsWith('0') ? from.length : 0;
  const found: string[] = [];
  for (let at = start; at <= end; at += step) {
    found.push(letters ? String.fromCharCode(at) : String(at).padStart(width, '0'));
  }
  return found;
}
