// `npm run down`: stop the cluster. What the learner made in it stays on disk; `--purge` removes that too.

import { rmSync } from 'node:fs';
import { clusterFlagNames } from './cli/cluster-flags.ts';
import { readFlags } from './cli/flags.ts';
import { entry } from './cli/entry.ts';
import { readEngineRecord, writeEngineRecord } from './engine/record.ts';
import { engineLine, openWorkshop } from './environment/workshop.ts';

await entry(async (signal) => {
  const { engine, cluster, purge } = readFlags('down', ['engine', 'purge', ...clusterFlagNames]);
  const workshop = await openWorkshop({ env: process.env, engine, cluster, signal });
  process.stdout.write(`${engineLine(workshop)}\n`);
  const stopped = await workshop.engine.down(signal);
  if (readEngineRecord(workshop.labDir).up === workshop.engine.name) {
    writeEngineRecord(workshop.labDir, { up: undefined });
  }
  process.stdout.write(stopped ? 'The cluster is stopped.\n' : 'There was no cluster to stop.\n');
  if (purge) {
    await workshop.engine.purge?.(signal);
    rmSync(workshop.labDir.root, { recursive: true, force: true });
    process.stdout.write(`${workshop.labDir.root} is removed: objects, logs, progress.\n`);
  }
  return 0;
});
