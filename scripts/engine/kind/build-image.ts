// A service of apps/ as an image, under the name of the original, in the node.

import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../../error.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import { dockerFailure } from './docker.ts';
import { clusterName } from './node.ts';
import type { Call } from './programs.ts';

export interface BuildOptions {
  readonly docker: Call;
  readonly kind: Call;
  readonly labDir: LabDir;
  readonly projectRoot: string;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

/** `app`: a name of apps/programs.ts. The image gets the name of the original. */
export async function buildImage(
  { docker, projectRoot, signal }: Pick<BuildOptions, 'docker' | 'projectRoot' | 'signal'>,
  image: string,
  app: string,
): Promise<void> {
  const file = join(projectRoot, 'apps', 'Dockerfile');
  const built = await docker(
    ['build', '--file', file, '--build-arg', `APP=${app}`, '--tag', image, projectRoot],
    { signal },
  );
  if (built.exitCode === 0) return;
  throw (
    dockerFailure(built) ??
    new LabError('IMAGE_BUILD_FAILED', `The image ${image} could not be built from apps/`, {
      evidence: built.stderr.trimEnd().split('\n').slice(-6),
      hint: `docker build --file apps/Dockerfile --build-arg APP=${app} . shows all of it`,
    })
  );
}

export async function buildInto(options: BuildOptions, image: string, app: string): Promise<void> {
  const { docker, kind, labDir, signal } = options;
  await buildImage(options, image, app);
  const folder = await mkdtemp(join(labDir.kind, 'image-'));
  try {
    await load({ docker, kind, image, archive: join(folder, 'image.tar'), signal });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface LoadOptions {
  readonly docker: Call;
  readonly kind: Call;
  readonly image: string;
  readonly archive: string;
  readonly signal: AbortSignal;
}

/** A build has one platform only, so its archive has nothing in it that is not there. */
async function load({ docker, kind, image, archive, signal }: LoadOptions): Promise<void> {
  const saved = await docker(['image', 'save', '--output', archive, image], { signal });
  const loaded =
    saved.exitCode === 0
      ? await kind(['load', 'image-archive', archive, '--name', clusterName], { signal })
      : saved;
  if (loaded.exitCode === 0) return;
  throw new LabError('IMAGE_LOAD_FAILED', `The image ${image} was built, but did not get into the node`, {
    evidence: loaded.stderr.trimEnd().split('\n').slice(-6),
    hint: 'npm run doctor, then run the same command again',
  });
}
