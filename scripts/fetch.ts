// `npm run fetch`: everything the kind engine takes from the internet, into .lab/ for a room without it.

import { readFlags } from './cli/flags.ts';
import { entry } from './cli/entry.ts';
import { projectRoot } from './environment/project-root.ts';
import { trackOf } from './environment/workshop.ts';
import { openLibrary } from './environment/library.ts';
import { imagesOfLab } from './environment/images-of-lab.ts';
import { labsPlace } from './environment/labs-place.ts';
import { fetchTasks } from './engine/kind/fetch.ts';
import { listLabs } from './lab/format/labs.ts';
import { manifestsOf } from './lab/format/manifests-of.ts';
import { setUp } from './setup/set-up.ts';
import { openLabDir } from './state/lab-dir.ts';

await entry(async (signal) => {
  const { env } = process;
  const flags = readFlags('fetch', ['track', 'with']);
  const track = flags.track ?? trackOf(env) ?? 'course';
  const labDir = openLabDir(projectRoot, env);
  const roots = { projectRoot, labsRoot: labsPlace(projectRoot, env).root };
  const labs = listLabs(openLibrary(env)).flatMap(({ lab }) => lab ?? []);
  const needed = await Promise.all(
    labs.map(async (lab) => imagesOfLab(roots, { apps: lab.apps, manifests: manifestsOf(lab) })),
  );
  const images = [...new Set(needed.flat())];
  await setUp(fetchTasks({ labDir, projectRoot, env, track, extras: flags.with ?? [], images }), {
    output: 'visible',
    signal,
  });
  process.stdout.write(
    `${labDir.root} has all of it: from here on, npm run up -- --engine kind --track ${track} needs no network.\n`,
  );
  return 0;
});
