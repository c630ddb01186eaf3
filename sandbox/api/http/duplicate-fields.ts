/** Paths of fields that appear more than once in an object, like `spec.replicas`. The text must be valid JSON. */
export function duplicateFields(text: string): readonly string[] {
  const duplicates: string[] = [];
  const open: Container[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gu;
  let key: string | undefined;
  for (const [found] of text.matchAll(token)) {
    const container = open.at(-1);
    if (found === '{' || found === '[') {
      open.push({
        path: container === undefined ? '' : pathOf(container, key),
        keys: found === '{' ? new Set() : undefined,
        index: 0,
      });
      key = undefined;
    } else if (found === '}' || found === ']') {
      open.pop();
      key = undefined;
    } else if (found === ',') {
      if (container !== undefined) container.index += 1;
      key = undefined;
    } else if (found !== ':' && container?.keys !== undefined && key === undefined) {
      key = JSON.parse(found) as string;
      if (container.keys.has(key)) duplicates.push(pathOf(container, key));
      container.keys.add(key);
    }
  }
  return [...new Set(duplicates)];
}

interface Container {
  readonly path: string;
  /** Undefined for a list. */
  readonly keys: Set<string> | undefined;
  index: number;
}

function pathOf({ path, keys, index }: Container, key: string | undefined): string {
  if (keys === undefined) return `${path}[${index}]`;
  return path === '' ? (key ?? '') : `${path}.${key}`;
}
