import { createRequire } from 'node:module';

/** A pattern as Go's regexp understands it: it may match anywhere in the text. Compiled once. */
export function compiled(pattern: string): Matcher {
  let found = patterns.get(pattern);
  if (found === undefined) {
    found = compile(pattern);
    patterns.set(pattern, found);
  }
  return found;
}

export interface Matcher {
  test(text: string): boolean;
}

const patterns = new Map<string, Matcher>();

// Loaded with the first pattern: it takes 15 ms, and few objects meet one.
function compile(pattern: string): Matcher {
  const { RE2JS } = createRequire(import.meta.url)('re2js') as typeof import('re2js');
  const regexp = RE2JS.compile(pattern);
  return { test: (text) => regexp.matcher(text).find() };
}
