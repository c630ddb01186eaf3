// `npm run lab N verify`: from a clean start to the end, every check red before its step and green after.

import { openLibrary } from '../environment/library.ts';
import { engineLine, openWorkshop } from '../environment/workshop.ts';
import { listLabs, loadLab } from '../lab/format/labs.ts';
import { renderJson } from '../lab/report/json.ts';
import { renderJunit } from '../lab/report/junit.ts';
import { plainRenderer } from '../lab/report/plain.ts';
import type { LabReport } from '../lab/run/report.ts';
import { runLab } from '../lab/run/run-lab.ts';
import type { LabFlags } from '../cli/lab-command.ts';
import { requireWritable, writeReport } from '../state/report-file.ts';
import { explainer } from './ask-why.ts';
import { atPortBase } from './at-port-base.ts';
import { openStage } from './stage.ts';

/** Exit code 0 when every lab passed. A failed lab does not keep the others from running. */
export async function verify(which: number | 'all', flags: LabFlags, signal: AbortSignal): Promise<number> {
  const { env } = process;
  const library = openLibrary(env);
  const numbers = which === 'all' ? listLabs(library).flatMap(({ number }) => number ?? []) : [which];
  const labs = numbers.map((number) => loadLab(library, number));
  const workshop = await openWorkshop({
    env,
    ...flags,
    signal,
  });
  if (flags.junit !== undefined) await requireWritable('--junit', flags.junit);
  const write = (text: string): void => {
    if (!flags.json) process.stdout.write(text);
  };
  write(`${engineLine(workshop)}\n`);
  const reports: LabReport[] = [];
  for (const lab of labs) {
    if (!lab.engines.includes(workshop.engine.name)) {
      write(`Lab ${lab.lab} is left out: it runs on ${lab.engines.join(', ')}\n`);
      continue;
    }
    await using stage = await openStage({
      lab: atPortBase(lab, workshop.portBase),
      workshop,
      clean: true,
      output: flags.json ? 'quiet' : 'visible',
      env,
      signal,
    });
    if (stage.notice !== undefined && reports.length === 0) write(`${stage.notice}\n`);
    const render = plainRenderer();
    const here = atPortBase(lab, workshop.portBase);
    const explain = explainer(here, workshop);
    const report = await runLab(
      here,
      { redFirst: true },
      { ...stage, explain, onEvent: (event) => write(render(event)), signal },
    );
    reports.push(report);
  }
  if (flags.json) process.stdout.write(renderJson(reports));
  if (flags.junit !== undefined) await writeReport('--junit', flags.junit, renderJunit(reports));
  if (reports.length > 1) write(summary(reports));
  return reports.every(({ status }) => status === 'passed') ? 0 : 1;
}

function summary(reports: readonly LabReport[]): string {
  const passed = reports.filter(({ status }) => status === 'passed').length;
  const total = reports.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return `\n${passed} of ${reports.length} labs passed in ${(total / 1000).toFixed(1)} s\n`;
}
