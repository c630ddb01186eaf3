// `npm run lab N rehearse`: the lab from start to end, its outputs and times kept for the stage.

import type { LabFlags } from '../cli/lab-command.ts';
import { openLibrary } from '../environment/library.ts';
import { engineLine, openWorkshop } from '../environment/workshop.ts';
import { loadLab } from '../lab/format/labs.ts';
import { plainRenderer } from '../lab/report/plain.ts';
import { runLab } from '../lab/run/run-lab.ts';
import { writeRehearsal } from '../state/rehearsals.ts';
import { atPortBase } from './at-port-base.ts';
import { openStage } from './stage.ts';

/** A lab that fails keeps the recording of the time before. */
export async function rehearse(number: number, flags: LabFlags, signal: AbortSignal): Promise<number> {
  const { env } = process;
  const found = loadLab(openLibrary(env), number);
  const workshop = await openWorkshop({ env, ...flags, ask: true, signal });
  const lab = atPortBase(found, workshop.portBase);
  process.stdout.write(`${engineLine(workshop)}\n`);
  await using stage = await openStage({ lab, workshop, clean: true, output: 'visible', env, signal });
  const render = plainRenderer();
  const report = await runLab(
    lab,
    { redFirst: false, outputs: 'may-differ' },
    { ...stage, onEvent: (event) => process.stdout.write(render(event)), signal },
  );
  if (report.status === 'failed') return 1;
  const file = writeRehearsal(workshop.labDir, report);
  const times = report.steps.map(
    ({ title, durationMs }, index) =>
      `${String(index + 1).padStart(3)}  ${`${(durationMs / 1000).toFixed(1)} s`.padStart(8)}  ${title}`,
  );
  process.stdout.write(
    `\nThe cluster takes so long for each step:\n${times.join('\n')}\n` +
      `Outputs and times are kept in ${file}: npm run lab ${number} present uses them if the cluster is gone.\n`,
  );
  return 0;
}
