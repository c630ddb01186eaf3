// What a bundle replaces: pulling the node's image, and pulling into the node.

import { LabError } from '../../error.ts';
import type { RunResult } from '../../process/run.ts';
import type { TaskContext } from '../../setup/task.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import { bundleFolder, imageArchive, nodeArchive, verified, type Bundle } from './bundle.ts';
import { lastLine } from './docker.ts';
import { imagesInNode, fullName } from './images.ts';
import { clusterName } from './node.ts';
import type { Call } from './programs.ts';
import type { TrackFiles } from './track.ts';

export interface UseOptions {
  readonly docker: Call;
  readonly labDir: LabDir;
  readonly track: TrackFiles;
  readonly bundle: Bundle;
}

export async function loadNodeImage(
  { docker, labDir, track, bundle }: UseOptions,
  { signal, note }: TaskContext,
): Promise<void> {
  const found = await docker(['image', 'inspect', '--format', '{{.Id}}', bundle.nodeTag], { signal });
  if (found.exitCode === 0) return;
  note('loading it from the bundle');
  const archive = await verified(bundleFolder(labDir, track), bundle, nodeArchive);
  requireLoaded(await docker(['load', '--input', archive], { signal }), archive);
}

/** Resolves with how many images the node has from it. */
export async function loadImages(
  { docker, kind, labDir, track, bundle }: UseOptions & { readonly kind: Call },
  { signal, note }: TaskContext,
): Promise<number> {
  const images = Object.keys(bundle.images);
  const present = await imagesInNode(docker, signal);
  if (images.every((image) => present.has(fullName(image)))) return images.length;
  note(`loading ${images.length} images from the bundle`);
  const archive = await verified(bundleFolder(labDir, track), bundle, imageArchive);
  requireLoaded(await kind(['load', 'image-archive', archive, '--name', clusterName], { signal }), archive);
  return images.length;
}

function requireLoaded({ exitCode, stderr }: RunResult, archive: string): void {
  if (exitCode === 0) return;
  throw new LabError('BUNDLE_NOT_LOADED', `${archive} could not be loaded: ${lastLine(stderr)}`, {
    hint: 'npm run doctor looks at Docker and its disk; then run the same command again',
  });
}
