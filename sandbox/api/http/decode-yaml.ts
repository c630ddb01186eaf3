import type { Document } from 'yaml';
import { isNestedYaml } from '../../kube/yaml-nesting.ts';
import { yaml } from './on-first-use.ts';

export interface DecodedYaml {
  readonly value: unknown;
  /** Names of keys given more than once in one map; the last one holds. */
  readonly duplicates: readonly string[];
}

/** @throws Error, with the reason, for anything but one document whose values are all finite */
export function decodeYaml(text: string): DecodedYaml {
  const { parseDocument } = yaml();
  if (isNestedYaml(text)) throw new Error('exceeded max depth');
  const options = { maxAliasCount: 100, logLevel: 'error', prettyErrors } as const;
  const document = parseDocument(text, { ...options, uniqueKeys: false });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const line = text.slice(0, problem.pos[0]).split('\n').length;
    throw new Error(`line ${line}: ${problem.message}`);
  }
  refuseCycles(document);
  const value: unknown = document.toJS();
  const duplicates = parseDocument(text, options).errors.filter(({ code }) => code === 'DUPLICATE_KEY');
  return {
    value,
    duplicates: duplicates.map(({ pos }) => /^[^:\s]+/u.exec(text.slice(pos[0]))?.[0] ?? ''),
  };
}

/** Each would show its line, of which a text can have a hundred thousand errors: more than V8 survives. */
const prettyErrors = false;

/** An alias names an anchor before it, so whoever is in a cycle is inside its own anchor. */
function refuseCycles(document: Document): void {
  yaml().visit(document, {
    Alias(_key, alias, path) {
      const target = alias.resolve(document);
      if (target !== undefined && path.includes(target)) {
        throw new Error(`anchor '${alias.source}' value contains itself`);
      }
    },
  });
}
