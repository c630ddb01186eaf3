// What a field that is a struct is for: the generated models leave it out, the comments of kubernetes-types have it.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Of a field of a struct in a file of types, such as `core/v1`, `Container`, `livenessProbe`; undefined where there is none. */
export function fieldDescription(file: string, struct: string, field: string): string | undefined {
  let structs = files.get(file);
  if (structs === undefined) {
    structs = readStructs(file);
    files.set(file, structs);
  }
  return structs.get(struct)?.get(field);
}

type Structs = ReadonlyMap<string, ReadonlyMap<string, string>>;

const files = new Map<string, Structs>();

/** Some 5 ms for the largest file, when OpenAPI documents are first asked for. */
function readStructs(file: string): Structs {
  const path = join(folder(), `${file}.d.ts`);
  if (!existsSync(path)) return new Map();
  const text = readFileSync(path, 'utf8');
  return new Map(
    [...text.matchAll(declaration)].map(([, struct = '', body = '']) => [
      struct,
      new Map([...body.matchAll(member)].map(([, comment = '', name = '']) => [name, plain(comment)])),
    ]),
  );
}

const folder = (): string => dirname(createRequire(import.meta.url).resolve('kubernetes-types/package.json'));

const declaration = /^export interface (\w+) \{\n(.*?)^\}/gms;

// A comment and the member after it, at the indentation of an interface's own members.
const member = /^ {4}\/\*\*((?:(?!\*\/).)*)\*\/\n {4}(?:readonly )?"?([\w$-]+)"?\??:/gms;

const plain = (comment: string): string => comment.replaceAll(/^ *\* ?/gm, '').trim();
