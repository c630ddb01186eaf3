import type { Document } from 'yaml';
import { yaml } from './on-first-use.ts';

export interface DecodedYaml {
  readonly value: unknown;
  /** Names of keys given more than once in one map; the last one holds. */
  readonly duplicates: readonly string[];
}

/** @throws Error, with the reason, for anything but one document whose values are all finite */
export function decodeYaml(text: string): DecodedYaml {
  const { parseDocument } = yaml();
  const document = parseDocument(text, {
    uniqueKeys: false,
    maxAliasCount: 100,
    logLevel: 'error',
  } as object);
  const [problem] = document.errors;
  if (problem !== undefined) throw new Error(problem.message);
  refuseCycles(document);
  const value: unknown = document.toJS();
  const duplicates = parseDocument(text).errors.filter(({ code }) => code === 'DUPLICATE_KEY');
  return {
    value,
    duplicates: duplicates.map(({ pos }) => /^[^:\s]+/u.exec(text.slice(pos[0]))?.[0] ?? ''),
  };
}

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
