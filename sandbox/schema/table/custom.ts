import type { AnyObject } from '../../kube/object.ts';
import type { CrdColumn } from '../crd-spec.ts';
import { type JsonPath, jsonPath } from '../json-path.ts';
import type { Cell, TableColumn, TypeVersion } from '../type.ts';
import { humanDuration } from './age.ts';
import { nameColumn } from './printer.ts';

/** The table of a custom resource: Name and its `additionalPrinterColumns`, or Name and Age when it has none. */
export function customColumns(declared: readonly CrdColumn[] = []): Pick<TypeVersion, 'columns' | 'row'> {
  const columns = declared.length === 0 ? [ageColumn] : declared;
  const paths = columns.map((column): [CrdColumn, JsonPath] => [column, jsonPath(column.jsonPath)]);
  return {
    columns: [nameColumn, ...columns.map(tableColumn)],
    row: (object: AnyObject, now: number) => [
      object.metadata.name,
      ...paths.map(([{ type }, path]) => cell(type, path(object)[0], now)),
    ],
  };
}

function tableColumn({
  name,
  type,
  format,
  description,
  jsonPath: path,
  priority = 0,
}: CrdColumn): TableColumn {
  const text = description ?? `Custom resource definition column (in JSONPath format): ${path}`;
  const column = { name, type, description: text, priority };
  return format === undefined ? column : { ...column, format };
}

const ageColumn: CrdColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

/** A value that does not have the column's type is not shown. */
function cell(type: CrdColumn['type'], value: unknown, now: number): Cell {
  if (value === undefined || value === null) return null;
  if (type === 'string') return typeof value === 'string' ? value : JSON.stringify(value);
  if (type === 'date') return typeof value === 'string' ? dateCell(value, now) : null;
  if (type === 'integer') return typeof value === 'number' ? Math.trunc(value) : null;
  return typeof value === type ? (value as Cell) : null;
}

function dateCell(text: string, now: number): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? '<invalid>' : humanDuration(now - time);
}
