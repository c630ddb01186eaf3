import { createRequire } from 'node:module';

/** A pattern as Go's regexp understands it: it may match anywhere in the text. Compiled once. @throws when it is none */
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

/** Why Go could not compile the pattern; undefined when it can. */
export function patternProblem(pattern: string): string | undefined {
  if (isPlain(pattern)) return undefined;
  try {
    compiled(pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const patterns = new Map<string, Matcher>();

// Loaded with the first pattern: it takes 15 ms, and few objects meet one.
function compile(pattern: string): Matcher {
  const { RE2JS } = createRequire(import.meta.url)('re2js') as typeof import('re2js');
  const regexp = RE2JS.compile(pattern);
  return { test: (text) => regexp.matcher(text).find() };
}

/** Whether the pattern is valid in Go for being valid here: without groups of a kind, references or large counts. */
function isPlain(pattern: string): boolean {
  if (/\(\?|\\[^dDwWsSbB.^$*+?()[\]{}|/\\]|\{\d{4}|\[:|\[\^?\]/.test(pattern)) return false;
  try {
    return new RegExp(pattern, 'u').source !== '';
  } catch {
    return false;
  }
}
