// Everything that a track takes from the internet, in one folder: for a room without it.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../error.ts';
import { readJson } from '../../state/json-file.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import { hashOf } from '../../tools/download.ts';
import type { TrackFiles } from './track.ts';

export interface Bundle {
  readonly version: 1;
  /** With its digest, as the track's config names it. */
  readonly nodeImage: string;
  /** The same image under a name that survives `docker load`, which forgets digests. */
  readonly nodeTag: string;
  readonly architecture: string;
  /** Image → the digest that its registry gave it; null for one that was built here. */
  readonly images: Readonly<Record<string, string | null>>;
  /** File of the folder → its SHA-256. */
  readonly files: Readonly<Record<string, string>>;
}

export const nodeArchive = 'node.tar';
export const imageArchive = 'images.tar';

export const bundleFolder = ({ root }: LabDir, { name }: TrackFiles): string => join(root, 'bundle', name);

const description = 'bundle.json';

export const bundleFile = (folder: string): string => join(folder, description);

/** undefined when none was fetched, or for another node image than the track has now. */
export function readBundle(labDir: LabDir, track: TrackFiles): Bundle | undefined {
  const folder = bundleFolder(labDir, track);
  const bundle = readJson(bundleFile(folder)) as Bundle | undefined;
  if (bundle?.version !== 1 || bundle.nodeImage !== track.nodeImage) return undefined;
  return Object.keys(bundle.files).every((file) => existsSync(join(folder, file))) ? bundle : undefined;
}

/** Of this machine, as registries name it. */
export const architecture: string = process.arch === 'x64' ? 'amd64' : process.arch;

/** Path of an archive. @throws LabError when it is for other machines, or no longer what was fetched */
export async function verified(folder: string, bundle: Bundle, file: string): Promise<string> {
  if (bundle.architecture !== architecture) {
    throw new LabError(
      'BUNDLE_FOREIGN',
      `The bundle ${folder} is for machines with ${bundle.architecture}, and this one has ${architecture}`,
      { hint: 'npm run fetch on a machine like this one; or remove the folder where there is a network' },
    );
  }
  const path = join(folder, file);
  if ((await hashOf(path)) === bundle.files[file]) return path;
  throw new LabError('BUNDLE_DAMAGED', `${path} is not what npm run fetch wrote: its checksum is another`, {
    hint: 'copy the folder again, or run npm run fetch where there is a network',
  });
}
