// How go-yaml v2 writes a text: plain where it reads back as the same text, quoted or as a block where it must be.
// https://github.com/yaml/go-yaml/tree/v2 (resolve.go, encode.go, emitterc.go)

export interface ScalarPlace {
  /** Where the text starts on its line. */
  readonly column: number;
  /** Of the mapping or list it stands in. */
  readonly indent: number;
  /** Keys are never folded. */
  readonly isKey: boolean;
}

const foldBehind = 80;

export function scalarText(text: string, place: ScalarPlace): string {
  const allowed = analyze(text);
  if (text.includes('\n')) {
    if (allowed.block && !place.isKey) return literal(text, place.indent);
    return doubleQuoted(text, place);
  }
  if (readsAsOtherThanText(text)) return doubleQuoted(text, place);
  if (allowed.plain) return folded(text, place, '');
  return allowed.single ? folded(text.replaceAll("'", "''"), place, "'") : doubleQuoted(text, place);
}

const words = new Set(
  [
    '',
    '~',
    '<<',
    'null',
    'true',
    'false',
    'yes',
    'no',
    'on',
    'off',
    'y',
    'n',
    '.nan',
    '.inf',
    '+.inf',
    '-.inf',
  ].flatMap((word) => [word, word.toUpperCase(), word.replace(/[a-z]/, (first) => first.toUpperCase())]),
).add('.NaN');

const number =
  /^[-+]?(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\.\d[\d_]*|\d[\d_]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?)$/;
const base60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const timestamp =
  /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|\s+)\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:\s*(?:Z|[-+]\d{1,2}(?::?\d\d)?))?)?$/;

const readsAsOtherThanText = (text: string): boolean =>
  words.has(text) || number.test(text) || base60.test(text) || timestamp.test(text);

function analyze(text: string): { plain: boolean; single: boolean; block: boolean } {
  // Tabs count as unprintable here.
  const special = /[^\n\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u.test(
    text,
  );
  const spaceBeforeBreak = / \n/.test(text);
  const indicator =
    /^(?:---|\.\.\.)/.test(text) ||
    /^[#,[\]{}&*!|>'"%@`]/.test(text) ||
    /^[-?:](?:\s|$)/.test(text) ||
    /:(?:\s|$)/.test(text) ||
    /\s#/.test(text);
  const edges = /^\s|\s$/.test(text);
  return {
    plain: !special && !indicator && !edges && !text.includes('\n'),
    single: !special && !spaceBeforeBreak && !/\n /.test(text),
    block: !special && !spaceBeforeBreak && !text.endsWith(' '),
  };
}

/** Breaks at single spaces once the line is long enough; a break inside quotes needs text on both sides. */
function folded(text: string, { column, indent, isKey }: ScalarPlace, quote: string): string {
  const chars = Array.from(text);
  let at = column + quote.length;
  let written = quote;
  for (const [index, char] of chars.entries()) {
    const single = char === ' ' && chars[index - 1] !== ' ' && chars[index + 1] !== ' ';
    const inside = quote === '' || (index > 0 && index < chars.length - 1);
    if (!isKey && single && inside && at > foldBehind) {
      written += `\n${' '.repeat(indent + 2)}`;
      at = indent + 2;
    } else {
      written += char;
      at += 1;
    }
  }
  return written + quote;
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function doubleQuoted(text: string, { column, indent, isKey }: ScalarPlace): string {
  const chars = Array.from(text);
  let at = column + 1;
  let written = '"';
  let afterBreak = false;
  for (const [index, char] of chars.entries()) {
    const breaks =
      char === ' ' && !afterBreak && !isKey && at > foldBehind && index > 0 && index < chars.length - 1;
    if (breaks) {
      written += `\n${' '.repeat(indent + 2)}`;
      at = indent + 2;
      if (chars[index + 1] === ' ') {
        written += '\\';
        at += 1;
      }
    } else {
      const shown = escaped(char);
      written += shown;
      at += shown.length;
    }
    afterBreak = char === ' ';
  }
  return `${written}"`;
}

function escaped(char: string): string {
  const short = escapes[char];
  if (short !== undefined) return short;
  const code = char.codePointAt(0) ?? 0;
  if ((code >= 0x20 && code < 0x7f) || (code > 0xa0 && code !== 0xfeff && !(code >= 0xd800 && code < 0xe000)))
    return char;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

function literal(text: string, indent: number): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const lines = body.split('\n').map((line) => (line === '' ? '' : ' '.repeat(indent + 2) + line));
  return `|${hint}${chomp}\n${lines.join('\n')}`;
}
