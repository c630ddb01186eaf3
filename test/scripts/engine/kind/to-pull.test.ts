// Which images a set-up of the kind engine will take from their registries.

import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bundleFile, bundleFolder } from '../../../../scripts/engine/kind/bundle.ts';
import { readTrack } from '../../../../scripts/engine/kind/track.ts';
import { KindStage, projectRoot } from './support.ts';

const { signal } = new AbortController();
const track = readTrack(projectRoot, 'course');
const wanted = ['istioinaction/catalog:latest'];

let stage: KindStage;

beforeEach(async () => {
  stage = await KindStage.open();
});

afterEach(() => stage[Symbol.dispose]());

const toPull = async (...args: Parameters<KindStage['engine']>): Promise<readonly string[] | undefined> =>
  stage.engine(...args).toPull?.(wanted, signal);

it("all of them where there is nothing: the node's, Istio's, the addons' and those of the lab", async () => {
  const images = await toPull();
  expect(images).toEqual(expect.arrayContaining([track.nodeImage, ...track.istioImages, ...wanted]));
  expect(images?.filter((image) => image.startsWith('prom/prometheus:'))).toHaveLength(1);
  expect(new Set(images).size).toBe(images?.length);
});

it('without that of the node where Docker has it', async () => {
  writeFileSync(join(stage.standIns.dir, 'host-images'), `${track.nodeImage}\n`);
  const images = await toPull();
  expect(images).toContain(track.istioImages[0]);
  expect(images).not.toContain(track.nodeImage);
});

it('those that the node does not have, where it runs', async () => {
  await stage.setUp(stage.engine(['no-node']), { upTo: 'addon-images' });
  expect(await toPull()).toEqual(wanted);
  appendFileSync(join(stage.standIns.dir, 'node-images'), 'docker.io/istioinaction/catalog:latest\n');
  expect(await toPull()).toEqual([]);
});

it('none where a bundle has them, or caches may', async () => {
  expect(await toPull([], { extras: ['caches'] })).toEqual([]);
  const folder = bundleFolder(stage.labDir, track);
  mkdirSync(folder, { recursive: true });
  const bundle = { version: 1, nodeImage: track.nodeImage, nodeTag: '', images: {}, files: {} };
  writeFileSync(bundleFile(folder), JSON.stringify(bundle));
  expect(await toPull()).toEqual([]);
});
