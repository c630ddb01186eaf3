// `npm run lab N reset`: back to the start of a lab, whatever was done to the cluster.

import { printHanging } from '../cli/hanging.ts';
import type { LabFlags } from '../cli/lab-command.ts';
import { openLibrary } from '../environment/library.ts';
import { engineLine, openWorkshop } from '../environment/workshop.ts';
import { loadLab } from '../lab/format/labs.ts';
import { toStart } from './to-start.ts';

export async function reset(number: number, flags: LabFlags, signal: AbortSignal): Promise<number> {
  const { env } = process;
  const lab = loadLab(openLibrary(env), number);
  const workshop = await openWorkshop({
    env,
    ...flags,
    ask: true,
    signal,
  });
  const print = (line: string): void => printHanging(process.stdout, line);
  print(engineLine(workshop));
  await toStart({ workshop, lab, env, print, signal });
  print(`Lab ${number} is at its start: npm run lab ${number}`);
  return 0;
}
