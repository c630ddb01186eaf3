// Objects and lists inside each other, as many as everything that walks an object has stack for.
// Kubernetes' own limit is 10,000 (sigs.k8s.io/json), and no kind comes near either.

const maxDepth = 1000;

/** Returns the value. @throws Error when it is nested too deeply */
export function withinDepth(value: unknown): unknown {
  if (isDeeper(value, maxDepth)) throw new Error('exceeded max depth');
  return value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return items.some((item) => isDeeper(item, levels - 1));
}
