const maxDepth = 1000;

/**
 * Whether the parser, which calls itself for every level, might run out of stack: that can end the whole process. Errs
 * on the side of caution for texts in which brackets open a thousand times more often than they close.
 */
export function isNestedYaml(text: string): boolean {
  if (/(?:[-?][ \t]+){100}|^ {1000}/mu.test(text)) return true;
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/gu)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1);
    if (depth > maxDepth) return true;
  }
  return false;
}
