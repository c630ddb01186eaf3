// The cheapest way to read actual lines as expected lines: what both have, what is missing, what is too much.

export interface ExpectedLine {
  readonly text: string;
  /** `anything`: any lines, or none, may stand here. */
  readonly kind: 'line' | 'anything';
  matches(actual: string): boolean;
}

export type AlignedLine =
  | { readonly kind: 'equal'; readonly expected: string; readonly actual: string }
  /** A line that an `anything` allows. */
  | { readonly kind: 'allowed'; readonly actual: string }
  | { readonly kind: 'missing'; readonly expected: string }
  | { readonly kind: 'extra'; readonly actual: string }
  | { readonly kind: 'anything' };

/**
 * Lines in order; the two agree when none is `missing` or `extra`. Time and memory grow with the product of the
 * lengths.
 */
export function align(expected: readonly ExpectedLine[], actual: readonly string[]): readonly AlignedLine[] {
  const width = actual.length + 1;
  // cost[row * width + column]: differences left when `row` expected and `column` actual lines are behind us.
  const cost = new Uint32Array((expected.length + 1) * width);
  const at = (row: number, column: number): number => cost[row * width + column] ?? 0;
  for (let row = expected.length; row >= 0; row -= 1) {
    const line = expected[row];
    for (let column = actual.length; column >= 0; column -= 1) {
      const text = actual[column];
      cost[row * width + column] =
        line === undefined
          ? actual.length - column
          : line.kind === 'anything'
            ? Math.min(at(row + 1, column), text === undefined ? Infinity : at(row, column + 1))
            : text === undefined
              ? at(row + 1, column) + 1
              : line.matches(text)
                ? at(row + 1, column + 1)
                : 1 + Math.min(at(row + 1, column), at(row, column + 1));
    }
  }
  return trace(expected, actual, at);
}

function trace(
  expected: readonly ExpectedLine[],
  actual: readonly string[],
  cost: (row: number, column: number) => number,
): readonly AlignedLine[] {
  const lines: AlignedLine[] = [];
  let row = 0;
  let column = 0;
  while (row < expected.length || column < actual.length) {
    const line = expected[row];
    const text = actual[column];
    if (line?.kind === 'anything') {
      if (text !== undefined && cost(row, column + 1) <= cost(row + 1, column)) {
        lines.push({ kind: 'allowed', actual: text });
        column += 1;
      } else {
        lines.push({ kind: 'anything' });
        row += 1;
      }
    } else if (line !== undefined && text !== undefined && line.matches(text)) {
      lines.push({ kind: 'equal', expected: line.text, actual: text });
      row += 1;
      column += 1;
    } else if (line !== undefined && (text === undefined || cost(row + 1, column) <= cost(row, column + 1))) {
      lines.push({ kind: 'missing', expected: line.text });
      row += 1;
    } else if (text !== undefined) {
      lines.push({ kind: 'extra', actual: text });
      column += 1;
    }
  }
  return lines;
}
