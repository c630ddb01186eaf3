// The images a lab's pods will ask for: those of its apps, and of the manifests that its commands apply.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { imagesOf } from '../cluster/images-of.ts';
import { manifestFiles } from './apps.ts';
import type { Needs } from './prepare.ts';
import type { Workshop } from './workshop.ts';

export async function imagesOfLab(
  { projectRoot, labsRoot }: Pick<Workshop, 'projectRoot' | 'labsRoot'>,
  { apps, manifests }: Pick<Needs, 'apps' | 'manifests'>,
): Promise<readonly string[]> {
  const named = manifests.map((file) => resolve(labsRoot, file)).filter((file) => existsSync(file));
  const files = [...new Set([...manifestFiles(projectRoot, apps), ...named])];
  const texts = await Promise.all(files.map(async (file) => readFile(file, 'utf8')));
  // A file with a mistake in it is refused where it is applied, with the place.
  return imagesOf(
    texts.flatMap((text) => [parseAllDocuments(text)].flat().map((document) => document.toJS() as unknown)),
  );
}
