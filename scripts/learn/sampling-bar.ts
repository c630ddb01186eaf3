// How the answers are divided so far, as one line: `1150 requests  v1 79.8 % ████████████████░░░░ v2 20.2 %`.

import { styleText } from 'node:util';
import type { Sampling } from '../lab/checks/check.ts';

type Style = Parameters<typeof styleText>[0];

const barWidth = 24;
/** Told apart without colours as well. */
const fills: readonly { readonly sign: string; readonly style: Style }[] = [
  { sign: '█', style: 'green' },
  { sign: '░', style: 'yellow' },
  { sign: '▓', style: 'red' },
  { sign: '·', style: 'blue' },
];

export function samplingBar({ requests, parts }: Sampling, { color }: { readonly color: boolean }): string {
  const bar = cellsOf(parts.map(({ share }) => share))
    .map((cells, index) => paint((fills[index] ?? fills.at(-1))?.sign.repeat(cells) ?? '', index, color))
    .join('');
  const [first = '', ...others] = parts.map(
    ({ name, share }) => `${name} ${Number((share * 100).toFixed(1))} %`,
  );
  return [`${requests} requests `, first, bar, ...others].join(' ').trimEnd();
}

const paint = (text: string, index: number, color: boolean): string => {
  const style = fills[index]?.style;
  return color && style !== undefined && text !== ''
    ? styleText(style, text, { validateStream: false })
    : text;
};

/** Cells of the bar for each share, by the places where the shares end: rounding never adds or loses one. */
function cellsOf(shares: readonly number[]): readonly number[] {
  let sum = 0;
  let used = 0;
  return shares.map((share) => {
    sum += share;
    const end = Math.round(Math.min(1, sum) * barWidth);
    const cells = end - used;
    used = end;
    return cells;
  });
}
