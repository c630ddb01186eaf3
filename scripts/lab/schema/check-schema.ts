// The JSON Schema of a `yaml check` fence, for editors.

import type { Fields } from '../checks/fields.ts';
import { readKind } from '../checks/parse-check.ts';
import { describeCheck } from './descriptions.ts';
import { recordSchema } from './record-fields.ts';
import { draft, type Schema } from './schema.ts';

export function checkSchema(): Schema {
  return {
    $schema: draft,
    title: 'A check of a lab of Mesh Workshop',
    ...recordSchema(read, '', describeCheck).schema,
  };
}

/** Paths of all keys that a check can have. */
export const checkPaths = (): readonly string[] => recordSchema(read, '', () => '').paths;

const read = (fields: Fields): unknown => readKind('', fields);
