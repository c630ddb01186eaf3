// Reads one generated model of @kubernetes/client-node, which has Kubernetes' own field descriptions,
// types and formats. Its index is not imported: that would load every model (about 400 ms).

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface ModelField {
  /** As in JSON (`x-kubernetes-list-type`), not as in TypeScript. */
  readonly name: string;
  /** TypeScript's spelling: `string`, `Array<V1Pod>`, `{ [key: string]: string; }`, `IntOrString`, `any`, … */
  readonly type: string;
  /** `int32`, `date-time`, …; `''` when there is none. */
  readonly format: string;
  readonly required: boolean;
  readonly description: string;
}

export interface Model {
  readonly description: string;
  readonly fields: readonly ModelField[];
}

/** Two small files, a fraction of a millisecond; not cached. @throws when the package has no such model */
export function readModel(className: string): Model {
  const script = readFileSync(join(modelFolder(), `${className}.js`), 'utf8');
  const declared = declarations(readFileSync(join(modelFolder(), `${className}.d.ts`), 'utf8'));
  const fields = [...script.matchAll(attribute)].map(
    ([, property = '', name = '', type = '', format = '']) => ({
      name,
      type,
      format,
      required: declared.required.has(property),
      description: declared.descriptions.get(property) ?? '',
    }),
  );
  return { description: declared.description, fields };
}

let folder: string | undefined;

function modelFolder(): string {
  folder ??= join(
    dirname(createRequire(import.meta.url).resolve('@kubernetes/client-node')),
    'gen',
    'models',
  );
  return folder;
}

// An entry of the generated `attributeTypeMap`.
const attribute = /"name": "([^"]*)",\s*"baseName": "([^"]*)",\s*"type": "([^"]*)",\s*"format": "([^"]*)"/g;

// `'name'?: ` at the indentation of a class member, after its comment, if it has one.
const member = /(?:\/\*\*\n\s*\* (.*)\n\s*\*\/\n)? {4}'([^']+)'(\?)?: /g;

const classComment = /\/\*\*\n\* (.*)\n\*\/\nexport declare class/;

interface Declarations {
  readonly description: string;
  readonly descriptions: ReadonlyMap<string, string>;
  readonly required: ReadonlySet<string>;
}

function declarations(text: string): Declarations {
  const descriptions = new Map<string, string>();
  const required = new Set<string>();
  for (const [, comment = '', name = '', optional] of text.matchAll(member)) {
    descriptions.set(name, unescape(comment));
    if (optional === undefined) required.add(name);
  }
  return { description: unescape(classComment.exec(text)?.[1] ?? ''), descriptions, required };
}

// The generator writes quotes as they stand in a string literal.
const unescape = (text: string): string => text.replaceAll(/\\(['"`\\])/g, '$1').trim();
