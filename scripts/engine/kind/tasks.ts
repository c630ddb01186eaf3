// The set-up of a kind cluster as tasks. What takes long starts early: images are pulled into the node while
// Kubernetes starts in it, and the addons come up while istioctl waits for its gateway.

import { inTwo } from '../../setup/in-two.ts';
import type { SetUpTask } from '../../setup/task.ts';
import { addonImages, chosenAddons } from './addons.ts';
import { certsDirOf } from './cluster-config.ts';
import { readBundle, type Bundle } from './bundle.ts';
import { cachesName, forgetCaches, startCaches } from './caches.ts';
import { requireDocker } from './docker.ts';
import { bringImages } from './images.ts';
import type { KindEngineOptions } from './kind-engine.ts';
import { recall, remember } from './memory.ts';
import { makeNode, openApi } from './node-container.ts';
import { inspectNode } from './node.ts';
import { bringNodeImage } from './node-image.ts';
import { runtimeAnswers } from './runtime-answers.ts';
import type { Programs } from './programs.ts';
import { bringTool } from './tools.ts';
import type { TrackFiles } from './track.ts';
import { loadImages, loadNodeImage } from './use-bundle.ts';

export interface KindTasksOptions extends Omit<KindEngineOptions, 'track' | 'extras'> {
  readonly track: TrackFiles;
  readonly programs: Programs;
  readonly extras: readonly string[];
  /** Of the lab's apps. */
  readonly images: readonly string[];
}

type Options = KindTasksOptions & { readonly bundle: Bundle | undefined; readonly nodeWithinMs: number };

export function kindTasks(given: KindTasksOptions): readonly SetUpTask[] {
  const options = { nodeWithinMs: 180_000, ...given, bundle: readBundle(given.labDir, given.track) };
  return [...machineTasks(options), ...clusterTasks(options), ...imageTasks(options), ...meshTasks(options)];
}

/** What has nothing to do with the cluster yet. */
function machineTasks({ labDir, env, track, programs, bundle }: Options): readonly SetUpTask[] {
  const tool = (name: 'kind' | 'kubectl' | 'istioctl'): SetUpTask => ({
    id: name,
    title: `Tool: ${name}`,
    needs: [],
    run: async (context) => bringTool(name, { labDir, track: track.name, env }, context),
  });
  return [
    {
      id: 'docker',
      title: 'Docker',
      needs: [],
      run: async ({ signal }) => {
        const { version, cpus, memoryBytes } = await requireDocker(programs.docker, signal);
        return `Docker: ${version}, ${cpus} CPUs, ${Math.round(memoryBytes / 2 ** 30)} GB`;
      },
    },
    tool('kind'),
    tool('istioctl'),
    tool('kubectl'),
    {
      id: 'node-image',
      title: `Node image: Kubernetes ${track.kubernetes}`,
      needs: ['docker'],
      run: async (context) => {
        // A node that is there needs no image any more.
        const node = await inspectNode(programs.docker, certsDirOf(labDir), context.signal);
        if (node !== undefined) return;
        if (bundle === undefined) await bringNodeImage(programs.docker, track.nodeImage, context);
        else await loadNodeImage({ docker: programs.docker, labDir, track, bundle }, context);
      },
    },
  ];
}

function clusterTasks(options: Options): readonly SetUpTask[] {
  const { labDir, track, programs, bundle, nodeWithinMs } = options;
  const nodeImage = bundle?.nodeTag ?? track.nodeImage;
  return [
    ...inTwo(
      { id: 'node', title: 'Node', needs: ['docker', 'kind', 'node-image'] },
      { id: 'kubernetes', title: 'Kubernetes', needs: [], gives: ['api'] },
      async (context, reached) => {
        const kind = await programs.kind(context);
        await makeNode({ ...options, docker: programs.docker, kind, nodeImage }, context, reached);
        await openApi({ kind, labDir }, context);
      },
    ),
    {
      id: 'node-ready',
      title: 'Node takes pods',
      needs: ['api'],
      run: async (context) => {
        const { nodeReady } = await import('./node-ready.ts');
        await nodeReady(labDir.kubeconfig, nodeWithinMs, context);
      },
    },
  ];
}

function imageTasks(options: Options): readonly SetUpTask[] {
  const { labDir, projectRoot, portBase, track, programs, extras, images, bundle, nodeWithinMs } = options;
  const { docker } = programs;
  const task = (what: Omit<SetUpTask, 'run'>, wanted: () => readonly string[]): SetUpTask => ({
    ...what,
    run: async (context) => {
      const kind = await programs.kind(context);
      const count = await bringImages({ docker, kind, labDir, projectRoot, images: wanted() }, context);
      return `${what.title}: ${count === 0 ? 'all there' : `${count} brought in`}`;
    },
  });
  const addons = (): readonly string[] =>
    addonImages(chosenAddons(extras, process.arch), { projectRoot, track, portBase });
  return [
    {
      id: 'runtime',
      title: 'Node: container runtime',
      needs: ['node'],
      run: async (context) => runtimeAnswers(docker, nodeWithinMs, context),
    },
    bundle === undefined ? cachesTask(options) : bundleTask(options, bundle),
    // First, and alone: every pod of a lab waits for the proxy.
    task({ id: 'istio-images', title: 'Images of Istio', needs: ['sources'] }, () => track.istioImages),
    task(
      { id: 'app-images', title: 'Images of the apps', needs: ['istio-images'], gives: ['images'] },
      () => images,
    ),
    task({ id: 'addon-images', title: 'Images of the addons', needs: ['istio-images'] }, addons),
  ];
}

const cachesTask = ({ labDir, programs, extras }: Options): SetUpTask => ({
  id: 'sources',
  title: 'Where images come from',
  needs: ['runtime'],
  run: async (context) => {
    if (extras.includes(cachesName)) {
      await startCaches(programs.docker, labDir, context);
      return 'Images come through caches on this machine';
    }
    forgetCaches(labDir);
    return 'Images come from their registries';
  },
});

const bundleTask = ({ labDir, track, programs }: Options, bundle: Bundle): SetUpTask => ({
  id: 'sources',
  title: 'Images of the bundle',
  needs: ['runtime'],
  run: async (context) => {
    const kind = await programs.kind(context);
    const count = await loadImages({ docker: programs.docker, kind, labDir, track, bundle }, context);
    return `Images of the bundle: ${count} are in the node`;
  },
});

// The Kubernetes client takes half a second to load, and is needed late.
const loadIstio = async (): Promise<typeof import('./istio.ts')> => import('./istio.ts');
const loadAddons = async (): Promise<typeof import('./deploy-addons.ts')> => import('./deploy-addons.ts');

function meshTasks(options: Options): readonly SetUpTask[] {
  const { labDir, projectRoot, portBase, track, programs, extras, bundle } = options;
  const chosen = chosenAddons(extras, process.arch);
  const file = { projectRoot, track, portBase };
  return [
    {
      id: 'precheck',
      title: `Istio ${track.istio}: precheck`,
      needs: ['api', 'istioctl'],
      run: async (context) => {
        const { precheck } = await loadIstio();
        const istioctl = await programs.istioctl(context);
        return `Istio ${track.istio}: ${await precheck({ istioctl, labDir, track }, context)}`;
      },
    },
    ...inTwo(
      {
        id: 'istiod',
        title: `Istio ${track.istio}: istiod`, // Without a network, pods find their images only in the node.
        needs: ['precheck', ...(bundle === undefined ? [] : ['istio-images'])],
        gives: ['mesh'],
      },
      { id: 'gateway', title: `Istio ${track.istio}: ingress gateway`, needs: [] },
      async (context, onIstiod) => {
        const { installIstio } = await loadIstio();
        await installIstio({ istioctl: await programs.istioctl(context), labDir, track, onIstiod }, context);
      },
    ),
    ...(track.tracesByTelemetry ? [tracingTask(options)] : []),
    {
      id: 'addons',
      title: `Addons: ${chosen.map(({ name }) => name).join(', ')}`,
      needs: ['api', 'addon-images'],
      run: async (context) => {
        const { deployAddons } = await loadAddons();
        await deployAddons(labDir.kubeconfig, chosen, file, context);
      },
    },
    {
      id: 'finished',
      title: 'Cluster (kind)',
      needs: ['node-ready', 'gateway', 'addons'],
      run: async () => {
        const memory = recall(labDir);
        if (memory !== undefined) remember(labDir, { ...memory, ready: true });
        return 'Cluster (kind): ready';
      },
    },
  ];
}

const tracingTask = ({ labDir, projectRoot, track, portBase }: KindTasksOptions): SetUpTask => ({
  id: 'tracing',
  title: 'Istio: every request is traced',
  needs: ['mesh'],
  run: async () => {
    const { traceEverything } = await loadAddons();
    await traceEverything(labDir.kubeconfig, { projectRoot, track, portBase });
  },
});
