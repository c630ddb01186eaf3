// Makes the bundle of a track: tools, the node's image, and every image of Istio, the addons and the labs.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseImageReference } from '../../../apps/image-reference.ts';
import { appOfImage } from '../../../apps/images.ts';
import { LabError } from '../../error.ts';
import type { SetUpTask, TaskContext } from '../../setup/task.ts';
import { writeJson } from '../../state/json-file.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import { hashOf } from '../../tools/download.ts';
import { setUpImages } from './addons.ts';
import { buildImage } from './build-image.ts';
import { architecture, bundleFile, bundleFolder, imageArchive, nodeArchive, type Bundle } from './bundle.ts';
import { lastLine, parseJson, requireDocker } from './docker.ts';
import { isMissingImage, pullFailure } from './explain-pull.ts';
import { bringNodeImage } from './node-image.ts';
import { openPrograms, type Call } from './programs.ts';
import { bringTool } from './tools.ts';
import { readTrack } from './track.ts';
import type { Track } from '../../tools/releases.ts';

export interface FetchOptions {
  readonly labDir: LabDir;
  readonly projectRoot: string;
  readonly env: NodeJS.ProcessEnv;
  readonly track: Track;
  readonly extras: readonly string[];
  /** Of all labs. */
  readonly images: readonly string[];
}

export function fetchTasks(options: FetchOptions): readonly SetUpTask[] {
  const { labDir, projectRoot, env, extras } = options;
  const track = readTrack(projectRoot, options.track);
  const { docker } = openPrograms({ labDir, track: track.name, env });
  const folder = bundleFolder(labDir, track);
  const images = setUpImages(extras, options.images, { projectRoot, track, portBase: 0 });
  const nodeTag = `mesh-workshop/node:${track.kubernetes}-${track.nodeImage.split('@sha256:')[1]?.slice(0, 12) ?? ''}`;
  const digests = new Map<string, string | null>();
  const tool = (name: 'kind' | 'kubectl' | 'istioctl'): SetUpTask => ({
    id: name,
    title: `Tool: ${name}`,
    needs: [],
    run: async (context) => bringTool(name, { labDir, track: track.name, env }, context),
  });
  let platform: readonly string[] = [];
  return [
    {
      id: 'docker',
      title: 'Docker',
      needs: [],
      run: async ({ signal }) => {
        const { version } = await requireDocker(docker, signal);
        // Where Docker keeps images in containerd, their lists name platforms that were never pulled. Older ones know
        // neither that nor the flag.
        platform = Number(version.split('.')[0]) >= 28 ? ['--platform', `linux/${architecture}`] : [];
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        return `Docker: ${version}`;
      },
    },
    tool('kind'),
    tool('kubectl'),
    tool('istioctl'),
    {
      id: 'node-image',
      title: `Node image: Kubernetes ${track.kubernetes}`,
      needs: ['docker'],
      run: async (context) => {
        await bringNodeImage(docker, track.nodeImage, context);
        await must(docker, ['tag', track.nodeImage, nodeTag], context);
        await must(
          docker,
          ['image', 'save', '--output', join(folder, nodeArchive), ...platform, nodeTag],
          context,
        );
      },
    },
    {
      id: 'images',
      title: `Images: ${images.length}`,
      needs: ['docker'],
      run: async (context) => {
        for (const [index, image] of images.entries()) {
          context.note(`${index + 1} of ${images.length}: ${image}`);
          digests.set(image, await fetchImage(docker, projectRoot, image, context));
        }
        context.note('saving them');
        await must(
          docker,
          ['image', 'save', '--output', join(folder, imageArchive), ...platform, ...images],
          context,
        );
      },
    },
    {
      id: 'bundle',
      title: 'Bundle',
      needs: ['node-image', 'images', 'kind', 'kubectl', 'istioctl'],
      run: async () => {
        const files = await Promise.all(
          [nodeArchive, imageArchive].map(
            async (name) => [name, (await hashOf(join(folder, name))) ?? ''] as const,
          ),
        );
        const bundle: Bundle = {
          version: 1,
          nodeImage: track.nodeImage,
          nodeTag,
          architecture,
          images: Object.fromEntries(digests),
          files: Object.fromEntries(files),
        };
        writeJson(bundleFile(folder), bundle);
        return `Bundle: ${folder}`;
      },
    },
  ];
}

/** Its digest; null when it had to be built here. */
async function fetchImage(
  docker: Call,
  projectRoot: string,
  image: string,
  { signal }: TaskContext,
): Promise<string | null> {
  const pulled = await docker(['pull', image], { signal });
  if (pulled.exitCode !== 0) {
    const said = `${pulled.stderr}\n${pulled.stdout}`;
    const app = isMissingImage(said) ? appOfImage(image) : undefined;
    if (app === undefined) throw pullFailure(image, said);
    await buildImage({ docker, projectRoot, signal }, image, app);
    return null;
  }
  const asked = await docker(['image', 'inspect', '--format', '{{json .RepoDigests}}', image], { signal });
  return digestOf(image, (parseJson(asked.stdout) ?? []) as readonly string[]);
}

/** An image that was pulled under several names has a digest for each of their repositories. */
function digestOf(image: string, digests: readonly string[]): string | null {
  const repository = repositoryOf(image);
  const own = digests.find((digest) => repositoryOf(digest) === repository) ?? digests[0];
  return own?.split('@')[1] ?? null;
}

const repositoryOf = (image: string): string | undefined => parseImageReference(image)?.repository;

async function must(docker: Call, args: readonly string[], { signal }: TaskContext): Promise<void> {
  const result = await docker(args, { signal });
  if (result.exitCode === 0) return;
  throw new LabError(
    'BUNDLE_FAILED',
    `docker ${args.slice(0, 2).join(' ')} failed: ${lastLine(result.stderr)}`,
    {
      hint: 'npm run doctor looks at Docker and its disk; then run the same command again',
    },
  );
}
