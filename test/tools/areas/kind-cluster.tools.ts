// The kind engine with nothing but real programs: dockerd, kind, containerd in the node, istioctl. Only what runs in the
// node is ours: a sandbox in the place of Kubernetes, under the name and digest of an image made here.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../scripts/engine/engine.ts';
import { addonImages, chosenAddons } from '../../../scripts/engine/kind/addons.ts';
import { fetchTasks } from '../../../scripts/engine/kind/fetch.ts';
import { kindEngine } from '../../../scripts/engine/kind/kind-engine.ts';
import { readTrack } from '../../../scripts/engine/kind/track.ts';
import { runGraph } from '../../../scripts/setup/graph.ts';
import type { SetUpTask } from '../../../scripts/setup/task.ts';
import { openLabDir, type LabDir } from '../../../scripts/state/lab-dir.ts';
import { findOnPath } from '../../../scripts/tools/find-on-path.ts';
import { claimPorts } from '../../support/claim-ports.ts';
import { findTools } from '../support/find-tools.ts';
import { makeNodeImage } from '../support/node-image.ts';
import { RealDocker } from '../support/real-docker.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const tools = await findTools();
const paths = Object.fromEntries(
  ['docker', 'busybox', 'containerd', 'ctr'].map((name) => [name, findOnPath(name, process.env['PATH'])]),
);
const needed = [
  ...(['kind', 'istioctl', 'kubectl', 'dockerd', 'registry'] as const).map((name) => tools[name].path),
  ...Object.values(paths),
];
const canRun = needed.every((path) => path !== undefined) && process.getuid?.() === 0;

const { signal } = new AbortController();
const ports = await claimPorts();
const portBase = ports.base;
const dir = mkdtempSync(join(tmpdir(), 'mesh-workshop-real-kind-'));
/** The project, with an image of ours as that of its node, and with all images where one mirror can have them. */
const projectRoot = join(dir, 'project');
const apps = ['istioinaction/catalog:latest', 'istioinaction/webapp:latest'];
let docker: RealDocker;
let labDir: LabDir;

const engine = (): Engine =>
  kindEngine({ labDir, projectRoot, portBase, env: docker.env, track: undefined, extras: undefined });
const perform = async (tasks: readonly SetUpTask[]): Promise<readonly string[]> => {
  const titles: string[] = [];
  const onEvent = (event: { kind: string; title?: string }): unknown =>
    event.kind === 'done' && event.title !== undefined && titles.push(event.title);
  await runGraph(tasks, { signal, onEvent });
  return titles;
};
const setUp = async (): Promise<readonly string[]> =>
  perform(engine().setUp({ images: apps, namespaces: [] }));
const asked = (pattern: RegExp): readonly string[] =>
  readFileSync(docker.env['DOCKER_LOG'] ?? '', 'utf8')
    .split('\n')
    .filter((line) => pattern.test(line));

describe.skipIf(!canRun)('the kind engine on real programs', () => {
  beforeAll(async () => {
    labDir = openLabDir(dir, {});
    mkdirSync(join(dir, 'docker'));
    docker = new RealDocker({
      dir: join(dir, 'docker'),
      dockerd: tools.dockerd.path ?? '',
      docker: paths['docker'] ?? '',
      registry: tools.registry.path ?? '',
      registryPort: portBase + 8,
    });
    await docker.start();
    for (const name of ['kind', 'manifests'])
      cpSync(join(root, name), join(projectRoot, name), { recursive: true });
    const kiali = join(projectRoot, 'manifests', 'telemetry', 'kiali.yaml');
    writeFileSync(kiali, readFileSync(kiali, 'utf8').replace('quay.io/kiali', 'kiali'));
    await publishImages();
  }, 180_000);

  afterAll(async () => {
    await engine().down(signal, () => undefined);
    await docker.docker('network', 'rm', 'kind');
    await docker.stop('registry');
    await docker.stop('dockerd');
    rmSync(dir, { recursive: true, force: true });
    ports[Symbol.dispose]();
  }, 60_000);

  async function publishImages(): Promise<void> {
    const track = readTrack(projectRoot, 'course');
    const programs = { ...(paths as Record<string, string>), kubectl: tools.kubectl.path ?? '' };
    const node = join(dir, 'node');
    await makeNodeImage({ folder: node, programs, kubernetes: track.kubernetes });
    const digest = await docker.publish(
      node,
      [`kindest/node:v${track.kubernetes}`],
      ['ENTRYPOINT ["entrypoint"]', 'ENV PATH=/usr/local/bin:/bin'],
    );
    const config = readFileSync(track.clusterFile, 'utf8');
    writeFileSync(track.clusterFile, config.replace(/(image: \S+@)sha256:\w+/, `$1${digest}`));
    const empty = join(dir, 'empty');
    mkdirSync(empty);
    writeFileSync(join(empty, 'hello'), 'hello\n');
    const addons = addonImages(chosenAddons([], process.arch), { projectRoot, track, portBase });
    await docker.publish(empty, [...track.istioImages, ...addons, ...apps]);
    await docker.forgetImages();
  }

  it('fetches a bundle, with the digest that the registry gave each image', async () => {
    const options = {
      labDir,
      projectRoot,
      env: docker.env,
      track: 'course',
      extras: [],
      images: apps,
    } as const;
    await perform(fetchTasks(options));
    const file = join(labDir.root, 'bundle', 'course', 'bundle.json');
    const { images } = JSON.parse(readFileSync(file, 'utf8')) as { images: Record<string, string> };
    expect(Object.keys(images)).toEqual(expect.arrayContaining([...apps, 'docker.io/istio/pilot:1.25.1']));
    for (const digest of Object.values(images)) expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  }, 120_000);

  it('makes a cluster of it where there is neither a registry nor an image', async () => {
    await docker.stop('registry');
    await docker.forgetImages();
    const titles = await setUp();
    expect(titles).toEqual(
      expect.arrayContaining(['Images of the apps: all there', 'Cluster (kind): ready']),
    );
    expect(await engine().status(signal)).toMatchObject({ state: 'up', portBase });
    expect(asked(/crictl pull/)).toEqual([]);
    const node = asked(/^run .*control-plane/)[0] ?? '';
    expect(node).toContain(`--publish=127.0.0.1:${portBase}:30000/TCP`);
    expect(node).toContain(`${labDir.kind}/certs.d:/etc/containerd/certs.d:ro`);
  }, 180_000);

  it('finds it the second time, and installs nothing again', async () => {
    const titles = await setUp();
    expect(titles).toEqual(
      expect.arrayContaining(['Istio 1.25.1: is installed already', 'Images of the addons: all there']),
    );
    expect(asked(/^run .*control-plane/)).toHaveLength(1);
  }, 60_000);

  it('starts it again when it was stopped', async () => {
    await docker.docker('stop', '--time', '1', 'mesh-workshop-control-plane');
    expect(await engine().status(signal)).toMatchObject({
      state: 'down',
      detail: 'its container is stopped',
    });
    await setUp();
    expect(await engine().status(signal)).toMatchObject({ state: 'up', portBase });
  }, 120_000);

  it('deletes it, and leaves no container', async () => {
    expect(await engine().down(signal, () => undefined)).toBe(true);
    expect((await docker.docker('ps', '--all', '--quiet')).stdout).toBe('');
  }, 60_000);
});
