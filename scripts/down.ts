// `npm run down`: stop the cluster. What the learner made in it stays on disk; `--purge` removes that too.

import { rmSync } from 'node:fs';
import { readFlags } from './cli/flags.ts';
import { entry } from './cli/entry.ts';
import { readEngineRecord, writeEngineRecord } from './engine/record.ts';
import { engineLine, openWorkshop } from './environment/workshop.ts';

await entry(async (signal) => {
  const { engine, purge } = readFlags('down', ['engine', 'purge']);
  const workshop = await openWorkshop({ env: process.env, engine, signal });
  process.stdout.write(`${engineLine(workshop)}\n`);
  const stopped = await workshop.engine.down(signal);
  if (readEngineRecord(workshop.labDir).up === workshop.engine.name) {
    writeEngineRecord(workshop.labDir, { up: undefined });
  }
  process.stdout.write(stopped ? 'The cluster is stopped.\n' : 'There was no cluster to stop.\n');
  if (purge) {
    rmSync(workshop.labDir.root, { recursive: true, force: true });
    process.stdout.write(`${workshop.labDir.root} is removed: objects, logs, progress.\n`);
  }
  return 0;
});
