// The tables the API prints (meta.k8s.io/v1 Table), as kubectl shows them.

import type { KubeObject } from '../objects/object.ts';
import { Columns } from './columns.ts';

export const tableAccept =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

export interface Table {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly columnDefinitions?: readonly { readonly name: string; readonly priority?: number }[];
  readonly rows?: readonly { readonly cells: readonly unknown[]; readonly object?: KubeObject }[] | null;
}

export interface TableOptions {
  readonly wide: boolean;
  readonly withNamespace: boolean;
  readonly showLabels: boolean;
  /** Label keys that get a column each. */
  readonly labelColumns: readonly string[];
  readonly noHeaders: boolean;
  /** `pod/` in front of each name, when several kinds are shown. */
  readonly namePrefix: string;
}

/** Prints tables of one kind one under the other, with one header. */
export class TablePrinter {
  readonly #options: TableOptions;
  readonly #columns = new Columns();
  #headers: boolean;
  #definitions: Table['columnDefinitions'] = [];

  constructor(options: TableOptions) {
    this.#options = options;
    this.#headers = !options.noHeaders;
  }

  print(tables: readonly Table[]): string {
    const rows = tables.flatMap((table) => this.#rows(table));
    return this.#columns.render(rows);
  }

  #rows({ columnDefinitions, rows }: Table): readonly (readonly string[])[] {
    const { wide, withNamespace, showLabels, labelColumns, namePrefix } = this.#options;
    // A watch sends the definitions with its first event only.
    if (columnDefinitions !== undefined && columnDefinitions.length > 0)
      this.#definitions = columnDefinitions;
    const definitions = this.#definitions ?? [];
    const shown = [...definitions.entries()].filter(([, { priority = 0 }]) => wide || priority === 0);
    const header = this.#headers
      ? [
          [
            ...(withNamespace ? ['NAMESPACE'] : []),
            ...shown.map(([, { name }]) => name.toUpperCase()),
            ...labelColumns.map((key) => (key.split('/').at(-1) ?? key).toUpperCase()),
            ...(showLabels ? ['LABELS'] : []),
          ],
        ]
      : [];
    this.#headers = false;
    const body = (rows ?? []).map(({ cells, object }) => {
      const labels = object?.metadata?.labels ?? {};
      return [
        ...(withNamespace ? [object?.metadata?.namespace ?? ''] : []),
        ...shown.map(([index, { name }]) => (name === 'Name' ? namePrefix : '') + cellText(cells[index])),
        ...labelColumns.map((key) => labels[key] ?? ''),
        ...(showLabels ? [labelText(labels)] : []),
      ];
    });
    return [...header, ...body];
  }
}

/** One line: kubectl cuts a cell at its first line end. */
function cellText(cell: unknown): string {
  if (typeof cell !== 'string') return cell === null || cell === undefined ? '' : JSON.stringify(cell);
  const [first = '', ...rest] = cell.split(/[\n\r\f]/);
  return rest.length === 0 ? first : `${first}...`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? '<none>' : entries.map(([key, value]) => `${key}=${value}`).join(',');
}
