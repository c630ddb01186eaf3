// `npm run down`: stop the cluster, and say what has gone and what stays; `--purge` removes that too.

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
  const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`);
  const stopped = await workshop.engine.down(signal, say);
  if (readEngineRecord(workshop.labDir).up === workshop.engine.name) {
    writeEngineRecord(workshop.labDir, { up: undefined });
  }
  if (!stopped) say('There was no cluster to stop.');
  if (stopped && !purge) {
    if (workshop.engine.outlives !== undefined) say(workshop.engine.outlives);
    say(`${workshop.labDir.root} keeps your progress, logs, and what was downloaded.`);
  }
  if (purge) {
    await workshop.engine.purge?.(signal);
    rmSync(workshop.labDir.root, { recursive: true, force: true });
    say(`${workshop.labDir.root} is removed: objects, logs, progress, what was downloaded.`);
  }
  return 0;
});
