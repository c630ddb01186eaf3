// `npm run lab N record`: what a lab shows is made what its commands print.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabFlags } from '../cli/lab-command.ts';
import { openLibrary } from '../environment/library.ts';
import { engineLine, openWorkshop } from '../environment/workshop.ts';
import { align } from '../lab/compare/align.ts';
import { expectedLines, splitLines } from '../lab/compare/compare-output.ts';
import { showDifference } from '../lab/compare/show-difference.ts';
import { loadLab } from '../lab/format/labs.ts';
import { plainRenderer } from '../lab/report/plain.ts';
import { recordOutputs } from '../lab/run/record-outputs.ts';
import { runLab } from '../lab/run/run-lab.ts';
import { asWritten, atPortBase } from './at-port-base.ts';
import { openStage } from './stage.ts';

/** The README is written only when the whole lab went through. */
export async function record(number: number, flags: LabFlags, signal: AbortSignal): Promise<number> {
  const { env } = process;
  const library = openLibrary(env);
  const lab = loadLab(library, number);
  const workshop = await openWorkshop({
    env,
    ...flags,
    signal,
  });
  process.stdout.write(`${engineLine(workshop)}\n`);
  await using stage = await openStage({ lab, workshop, clean: true, output: 'visible', env, signal });
  const render = plainRenderer();
  const report = await runLab(
    atPortBase(lab, workshop.portBase),
    { redFirst: false, outputs: 'may-differ' },
    { ...stage, onEvent: (event) => process.stdout.write(render(event)), signal },
  );
  if (report.status === 'failed') return 1;
  const file = join(library.projectRoot, lab.file);
  const before = readFileSync(file, 'utf8');
  const after = recordOutputs(before, lab, asWritten(report, workshop.portBase));
  process.stdout.write(`\n${after === before ? 'Every output is as shown.' : changes(before, after)}\n`);
  if (after !== before) writeFileSync(file, after);
  return 0;
}

const changes = (before: string, after: string): string =>
  showDifference({ matches: false, lines: align(expectedLines(before, 'same'), splitLines(after)) }).join(
    '\n',
  );
