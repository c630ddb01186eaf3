// `npm run lab N reset`: back to the start of a lab, whatever was done to the cluster.

import type { LabFlags } from '../cli/lab-command.ts';
import { openLibrary } from '../environment/library.ts';
import { prepare } from '../environment/prepare.ts';
import { engineLine, openWorkshop } from '../environment/workshop.ts';
import { loadLab } from '../lab/format/labs.ts';
import { forgetProgress } from '../state/progress.ts';
import { ownNamespaces } from './stage.ts';

export async function reset(number: number, flags: LabFlags, signal: AbortSignal): Promise<number> {
  const { env } = process;
  const lab = loadLab(openLibrary(env), number);
  const workshop = await openWorkshop({ env, engine: flags.engine, ask: true, signal });
  process.stdout.write(`${engineLine(workshop)}\n`);
  const needs = { apps: lab.apps, namespaces: ownNamespaces(env) };
  await prepare({ workshop, needs, clean: true, output: 'visible', signal });
  forgetProgress(workshop.labDir, number);
  process.stdout.write(`Lab ${number} is at its start: npm run lab ${number}\n`);
  return 0;
}
