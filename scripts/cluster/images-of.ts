// The images that the pods of manifests ask for.

/** Without repetition, in the order of the text. `objects`: as parsed from YAML. */
export function imagesOf(objects: readonly unknown[]): readonly string[] {
  return [...new Set(objects.flatMap(imagesIn))];
}

/** A pod's template is at another place in each kind; its containers have the same names in all. */
function imagesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(imagesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    (key === 'containers' || key === 'initContainers') && Array.isArray(child)
      ? child.flatMap(({ image }: { image?: unknown }) => (typeof image === 'string' ? [image] : []))
      : imagesIn(child),
  );
}
