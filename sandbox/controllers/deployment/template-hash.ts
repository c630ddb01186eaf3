// The value of the pod-template-hash label, and what else makes two pod templates the same.

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';

export const hashLabel = 'pod-template-hash';

// Kubernetes' SafeEncodeString: no vowels and no look-alikes, so that no words appear.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Ten characters. `collisions` gives another hash for the same template. */
export function templateHash(template: PodTemplateSpec | undefined, collisions: number): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([sorted(withoutHash(template)), collisions]))
    .digest();
  return Array.from(digest.subarray(0, 10), (byte) => alphabet[byte % alphabet.length]).join('');
}

export const sameTemplate = (a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean =>
  isDeepStrictEqual(withoutHash(a), withoutHash(b));

function withoutHash(template: PodTemplateSpec | undefined): unknown {
  const copy = JSON.parse(JSON.stringify(template ?? {})) as PodTemplateSpec;
  if (copy.metadata?.labels !== undefined) delete copy.metadata.labels[hashLabel];
  return copy;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
