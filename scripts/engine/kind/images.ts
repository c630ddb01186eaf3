// Images in the node, before a pod asks for them: pulled there by its own container runtime, or built from apps/.
// `kind load docker-image` is not used: it breaks for images of several architectures where Docker keeps its images
// in containerd (https://github.com/kubernetes-sigs/kind/issues/3795).

import { parseImageReference } from '../../../apps/image-reference.ts';
import { appOfImage } from '../../../apps/images.ts';
import type { RunResult } from '../../process/run.ts';
import type { TaskContext } from '../../setup/task.ts';
import { buildInto, type BuildOptions } from './build-image.ts';
import { parseJson } from './docker.ts';
import { isMissingImage, pullFailure } from './explain-pull.ts';
import { nodeName } from './node.ts';
import type { Call } from './programs.ts';

export interface ImagesOptions extends Omit<BuildOptions, 'signal' | 'note'> {
  readonly docker: Call;
  readonly images: readonly string[];
}

/** Resolves with how many were brought in. */
export async function bringImages(options: ImagesOptions, { signal, note }: TaskContext): Promise<number> {
  const { docker, images } = options;
  const present = await imagesInNode(docker, signal);
  const missing = new Set(images.filter((image) => !present.has(fullName(image))));
  const count = missing.size;
  const tell = (): void => {
    if (missing.size > 0) note([...missing].map(shortName).join(', '));
  };
  tell();
  await Promise.all(
    [...missing].map(async (image) => {
      const pulled = await pull(docker, image, signal);
      if (pulled.exitCode !== 0) {
        const said = `${pulled.stderr}\n${pulled.stdout}`;
        const app = isMissingImage(said) ? appOfImage(image) : undefined;
        if (app === undefined) throw pullFailure(image, said);
        note(`${shortName(image)} has no original for this machine: building ours`);
        await buildInto({ ...options, signal, note }, image, app);
      }
      missing.delete(image);
      tell();
    }),
  );
  return count;
}

/** What a registry refuses once it may give the second time; what it does not have it will not have then. */
async function pull(docker: Call, image: string, signal: AbortSignal): Promise<RunResult> {
  const once = async (): Promise<RunResult> =>
    docker(['exec', nodeName, 'crictl', 'pull', image], { signal });
  const first = await once();
  const said = `${first.stderr}\n${first.stdout}`;
  return first.exitCode === 0 || isMissingImage(said) || /toomanyrequests/.test(said) ? first : once();
}

export async function imagesInNode(docker: Call, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const listed = await docker(['exec', nodeName, 'crictl', 'images', '-o', 'json'], { signal });
  const { images = [] } = (parseJson(listed.stdout) ?? {}) as { images?: { repoTags?: string[] }[] };
  return new Set(images.flatMap(({ repoTags = [] }) => repoTags));
}

/** As the container runtime lists it: `docker.io/istioinaction/catalog:latest`. */
export function fullName(image: string): string {
  const { repository = image, tag } = parseImageReference(image) ?? {};
  return tag === undefined ? repository : `${repository}:${tag}`;
}

const shortName = (image: string): string => image.split('/').at(-1) ?? image;
