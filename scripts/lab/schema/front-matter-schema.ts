// The JSON Schema of a lab's front matter, for editors.

import { frontMatterKeys, linePattern, type FrontMatterKey } from '../format/front-matter.ts';
import { draft, type Schema } from './schema.ts';

/** @param apps the applications a lab can ask for */
export function frontMatterSchema(apps: readonly string[]): Schema {
  const keys = Object.entries<FrontMatterKey>(frontMatterKeys);
  return {
    $schema: draft,
    title: 'The front matter of a lab of Mesh Workshop',
    type: 'object',
    properties: Object.fromEntries(
      keys.map(([name, key]) => [
        name,
        { description: key.says, ...schemaOf(name === 'apps' ? withChoices(key, apps) : key) },
      ]),
    ),
    required: keys.filter(([, { required }]) => required).map(([name]) => name),
    additionalProperties: false,
  };
}

const withChoices = (key: FrontMatterKey, choices: readonly string[]): FrontMatterKey => ({
  ...key,
  item: { choices },
});

function schemaOf({ is, item }: FrontMatterKey): Schema {
  if (is === 'number') return { type: 'integer', minimum: 1 };
  if (is === 'line') return { type: 'string', pattern: linePattern.source };
  return { type: 'array', uniqueItems: true, items: { type: 'string', ...itemOf(item) } };
}

function itemOf(item: FrontMatterKey['item']): Schema {
  if (item === undefined) return {};
  return 'choices' in item ? { enum: item.choices } : { pattern: item.pattern.source };
}
