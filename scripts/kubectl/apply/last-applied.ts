// The annotation in which client-side apply keeps what it applied, as the real kubectl reads and writes it.

import type { KubeObject } from '../objects/object.ts';
import { goJson } from '../output/go-json.ts';

export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The manifest with itself in its annotation. */
export function withLastApplied<Manifest extends KubeObject>(manifest: Manifest): Manifest {
  const { [lastApplied]: _, ...annotations } = manifest.metadata?.annotations ?? {};
  const bare = { ...manifest, metadata: { ...manifest.metadata, annotations } };
  const text = `${goJson(bare)}\n`;
  return { ...bare, metadata: { ...bare.metadata, annotations: { ...annotations, [lastApplied]: text } } };
}

/** undefined when the object was not made by apply. */
export function readLastApplied(live: KubeObject): KubeObject | undefined {
  const text = live.metadata?.annotations?.[lastApplied];
  return text === undefined ? undefined : (JSON.parse(text) as KubeObject);
}
