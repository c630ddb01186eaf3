// A table in the columns that there are. Its cells stand side by side as long as that can be read; else, and where
// lines are read aloud, a row that is too wide becomes a short list.

import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

export interface TableLook {
  /** Columns of the terminal. */
  readonly width: number;
  /** True where lines are read aloud, one after the other. */
  readonly aloud: boolean;
}

const gap = 2;

/** @param rows the first has the names of the columns */
export function renderTable(rows: readonly (readonly string[])[], { width, aloud }: TableLook): string {
  const natural = columnWidths(rows, stringWidth);
  if (sum(natural) <= room(natural, width)) return sideBySide(rows, natural);
  const narrow = aloud ? undefined : narrowed(natural, columnWidths(rows, longestWord), width);
  return narrow === undefined ? asLists(rows, width) : sideBySide(rows, narrow);
}

const columnWidths = (rows: readonly (readonly string[])[], widthOf: (cell: string) => number): number[] =>
  (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));

const longestWord = (cell: string): number => Math.max(...cell.split(/\s+/).map((word) => stringWidth(word)));

const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);

const room = ({ length }: readonly number[], width: number): number => width - gap * (length - 1);

/** The widest columns give first, none below its longest word. undefined: that is not enough. */
function narrowed(natural: readonly number[], least: readonly number[], width: number): number[] | undefined {
  const widths = [...natural];
  while (sum(widths) > room(widths, width)) {
    const spare = widths.map((each, column) => (each > (least[column] ?? 0) ? each : 0));
    const widest = spare.indexOf(Math.max(...spare));
    if (spare[widest] === 0) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function sideBySide(rows: readonly (readonly string[])[], widths: readonly number[]): string {
  return rows
    .flatMap((row) => {
      const cells = widths.map((width, column) => wrapAnsi(row[column] ?? '', width).split('\n'));
      const height = Math.max(...cells.map(({ length }) => length));
      return Array.from({ length: height }, (_, line) =>
        cells
          .map((lines, column) => padded(lines[line] ?? '', widths[column] ?? 0))
          .join(' '.repeat(gap))
          .trimEnd(),
      );
    })
    .join('\n');
}

const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)));

function asLists([names = [], ...rows]: readonly (readonly string[])[], width: number): string {
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const name = names[column] ?? '';
          const [first, other] = column === 0 ? ['- ', '  '] : ['  ', '    '];
          const text = wrapAnsi(name === '' ? cell : `${name}: ${cell}`, width - other.length);
          return text
            .split('\n')
            .map((line, index) => `${index === 0 ? first : other}${line}`)
            .join('\n');
        })
        .join('\n'),
    )
    .join('\n');
}
