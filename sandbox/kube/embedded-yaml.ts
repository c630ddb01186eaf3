// YAML in the text of an object: an annotation, a ConfigMap's entry. Nobody refused it when it was written.

import { parse } from 'yaml';
import { isNestedYaml } from './yaml-nesting.ts';

/** Its mapping; an empty one where there is none, or nothing that can be read. */
export function embeddedYaml(text: string): Readonly<Record<string, unknown>> {
  if (isNestedYaml(text)) return {};
  try {
    const value: unknown = parse(text, { logLevel: 'error', prettyErrors: false });
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
