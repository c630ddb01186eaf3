// Which images the next set-up will take from their registries.

import type { LabDir } from '../../state/lab-dir.ts';
import { setUpImages } from './addons.ts';
import { readBundle } from './bundle.ts';
import { cachesName } from './caches.ts';
import { certsDirOf } from './cluster-config.ts';
import { fullName, imagesInNode } from './images.ts';
import { inspectNode } from './node.ts';
import type { Call } from './programs.ts';
import type { TrackFiles } from './track.ts';

export interface ToPullOptions {
  readonly docker: Call;
  readonly labDir: LabDir;
  readonly projectRoot: string;
  readonly portBase: number;
  readonly track: TrackFiles;
  readonly extras: readonly string[];
  /** Of the lab's apps. */
  readonly images: readonly string[];
}

/** @throws LabError when Docker does not answer */
export async function imagesToPull(options: ToPullOptions, signal: AbortSignal): Promise<readonly string[]> {
  const { docker, labDir, track, extras, images } = options;
  // What a cache has cannot be told from here.
  if (readBundle(labDir, track) !== undefined || extras.includes(cachesName)) return [];
  const wanted = (): readonly string[] => setUpImages(extras, images, options);
  const node = await inspectNode(docker, certsDirOf(labDir), signal);
  if (node?.running === true) {
    const present = await imagesInNode(docker, signal);
    return wanted().filter((image) => !present.has(fullName(image)));
  }
  // One that sleeps cannot be asked, and has most of them.
  if (node !== undefined) return [];
  const found = await docker(['image', 'inspect', '--format', '{{.Id}}', track.nodeImage], { signal });
  return [...(found.exitCode === 0 ? [] : [track.nodeImage]), ...wanted()];
}
