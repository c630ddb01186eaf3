// How one kind looks in `kubectl get`: columns and cells as Kubernetes 1.32's pkg/printers/internalversion prints them.

import type { AnyObject, KubeObject } from '../../kube/object.ts';
import type { Cell, TableColumn } from '../type.ts';
import { ageOf } from './age.ts';

export interface Printer {
  readonly columns: readonly TableColumn[];
  readonly row: (object: AnyObject, now: number) => readonly Cell[];
}

/** An object of the generated type `T`, as it is served. */
export type Served<T> = KubeObject & Omit<T, 'apiVersion' | 'kind' | 'metadata'>;

/**
 * A printer that begins with Name. Columns are written `Ready`, `Desired:integer`, `IP:wide` (only with `-o wide`)
 * or `Count:integer:wide`.
 */
// The type says what `cells` reads; objects come as whatever was stored.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function printer<T extends KubeObject>(
  columns: readonly string[],
  cells: (object: T, now: number) => readonly Cell[],
): Printer {
  return {
    columns: [nameColumn, ...columns.map(column)],
    row: (object, now) => [object.metadata.name, ...cells(object as KubeObject as T, now)],
  };
}

export const nameColumn: TableColumn = { name: 'Name', type: 'string', format: 'name', priority: 0 };

export function column(text: string): TableColumn {
  const [name = '', ...options] = text.split(':');
  const type = (options.find((option) => option !== 'wide') ?? 'string') as TableColumn['type'];
  return { name, type, priority: options.includes('wide') ? 1 : 0 };
}

export const age = ({ metadata }: KubeObject, now: number): string => ageOf(metadata.creationTimestamp, now);

export const orNone = (text: string | undefined): string =>
  text === undefined || text === '' ? '<none>' : text;

/** What Kubernetes prints for a kind without columns of its own. */
export const plainPrinter: Printer = printer(['Created At:date'], ({ metadata }) => [
  metadata.creationTimestamp,
]);
