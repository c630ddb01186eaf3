// A manifest on a screen that scrolls: the learner can look back, and into the file.

import type { ManifestView } from './view-manifest.ts';

/** Longer ones are shown in part. */
const mostLines = 60;

export function showManifest({ title, lines, changes = [] }: ManifestView): string {
  const shown = lines.length <= mostLines ? lines : changes;
  return [
    title,
    ...shown,
    ...(shown.length === 0 ? [`    (${lines.length} lines: read them in the file)`] : []),
  ].join('\n');
}
