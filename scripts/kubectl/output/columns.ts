// Columns as kubectl pads them (its tabwriter: at least 6 wide, 3 spaces between, the last cell as it is).

export interface Padding {
  readonly leastWidth: number;
  readonly between: number;
}

const ofTables: Padding = { leastWidth: 6, between: 3 };

/** Keeps the widths it has seen, so that rows that come later stand under the earlier ones. */
export class Columns {
  readonly #widths: number[] = [];
  readonly #padding: Padding;

  constructor(padding = ofTables) {
    this.#padding = padding;
  }

  /** One line per row, each with its line end. */
  render(rows: readonly (readonly string[])[]): string {
    const { leastWidth, between } = this.#padding;
    for (const row of rows) {
      for (const [index, cell] of row.slice(0, -1).entries()) {
        this.#widths[index] = Math.max(this.#widths[index] ?? leastWidth, Array.from(cell).length + between);
      }
    }
    return rows
      .map((row) => `${row.map((cell, index) => this.#pad(cell, index, row.length)).join('')}\n`)
      .join('');
  }

  #pad(cell: string, index: number, length: number): string {
    if (index === length - 1) return cell;
    return cell + ' '.repeat(Math.max(0, (this.#widths[index] ?? 0) - Array.from(cell).length));
  }
}
