// A bundle, made where there is a network and used where there is none.

import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchTasks } from '../../../../scripts/engine/kind/fetch.ts';
import { runGraph } from '../../../../scripts/setup/graph.ts';
import { KindStage, projectRoot } from './support.ts';

const processor = process.arch === 'x64' ? 'amd64' : process.arch;
const catalog = 'istioinaction/catalog:latest';

let stage: KindStage;
let folder: string;

beforeAll(async () => {
  stage = await KindStage.open();
  folder = join(stage.labDir.root, 'bundle', 'course');
});

afterAll(() => stage[Symbol.dispose]());

async function fetchAll(...fail: readonly string[]): Promise<void> {
  const tasks = fetchTasks({
    labDir: stage.labDir,
    projectRoot,
    env: stage.standIns.env(...fail),
    track: 'course',
    extras: [],
    images: [catalog],
  });
  await runGraph(tasks, { signal: new AbortController().signal, onEvent: () => undefined });
}

describe('a bundle', () => {
  it('is not made without a network, and the sentence names the image', async () => {
    await expect(fetchAll('offline')).rejects.toThrow(/could not be pulled: its registry cannot be reached$/);
  });

  it('has the node, Istio, the addons and the apps, with the digests of their registries', async () => {
    await fetchAll();
    const bundle = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8')) as {
      images: Record<string, string>;
    };
    expect(Object.keys(bundle.images)).toEqual([
      'docker.io/istio/proxyv2:1.25.1',
      'docker.io/istio/pilot:1.25.1',
      'prom/prometheus:v3.1.0',
      'grafana/grafana:11.3.1',
      'quay.io/kiali/kiali:v2.5',
      'jaegertracing/all-in-one:1.63.0',
      catalog,
    ]);
    expect(new Set(Object.values(bundle.images))).toEqual(new Set(['sha256:4567']));
    expect(stage.standIns.calls('docker')).toContainEqual(
      expect.stringMatching(
        /^docker image save --output \S+node\.tar --platform linux\/\w+ mesh-workshop\/node:1\.32\.2-36187f6c542f$/,
      ),
    );
  });

  it('is all that a set-up takes, on a machine that reaches nothing', async () => {
    rmSync(join(stage.standIns.dir, 'host-images'));
    stage.standIns.forgetCalls();
    await stage.setUp(stage.engine(['offline', 'no-node']), { upTo: 'images' });
    const calls = stage.standIns.calls('docker');
    expect(calls.filter((call) => /^docker pull|crictl pull/.test(call))).toEqual([]);
    expect(calls).toContain(`docker load --input ${join(folder, 'node.tar')}`);
    expect(stage.standIns.calls('kind')).toContain(
      `kind load image-archive ${join(folder, 'images.tar')} --name mesh-workshop`,
    );
    expect(readFileSync(join(stage.labDir.kind, 'cluster.yaml'), 'utf8')).toMatch(
      /image: mesh-workshop\/node:1\.32\.2-36187f6c542f$/m,
    );
  });

  it('of a machine of another kind is refused before anything is loaded from it', async () => {
    await stage.engine().down(new AbortController().signal, () => undefined);
    const file = join(folder, 'bundle.json');
    const original = readFileSync(file, 'utf8');
    writeFileSync(file, original.replace(/"architecture": "\w+"/, '"architecture": "s390x"'));
    rmSync(join(stage.standIns.dir, 'host-images'));
    stage.standIns.forgetCalls();
    const { message, hint } = await stage.failure(stage.engine(['offline', 'no-node']), {
      upTo: 'node-image',
    });
    expect(message).toBe(`The bundle ${folder} is for machines with s390x, and this one has ${processor}`);
    expect(hint).toMatch(/^npm run fetch on a machine like this one/);
    expect(stage.standIns.calls('docker').filter((call) => call.startsWith('docker load'))).toEqual([]);
    writeFileSync(file, original);
  });

  it('that was damaged on its way is refused', async () => {
    appendFileSync(join(folder, 'images.tar'), 'one bit more');
    const { message, hint } = await stage.failure(stage.engine(['offline', 'no-node']), { upTo: 'images' });
    expect(message).toBe(
      `${join(folder, 'images.tar')} is not what npm run fetch wrote: its checksum is another`,
    );
    expect(hint).toContain('copy the folder again');
  });
});
