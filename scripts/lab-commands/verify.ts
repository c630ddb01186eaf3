// `npm run lab N verify`: from a clean start to the end, every check red before its step and green after.

import { openLibrary } from '../environment/library.ts';
import { engineLine, openWorkshop } from '../environment/workshop.ts';
import type { Lab } from '../lab/format/lab.ts';
import { listLabs, loadLab } from '../lab/format/labs.ts';
import { renderJson } from '../lab/report/json.ts';
import { renderJunit } from '../lab/report/junit.ts';
import type { LabReport } from '../lab/run/report.ts';
import type { LabFlags } from '../cli/lab-command.ts';
import { requireWritable, writeReport } from '../state/report-file.ts';
import { verifyLab, type Verified } from './verify-lab.ts';

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
  const verified: Verified[] = [];
  for (const lab of labs.filter((each) => runsHere(each, workshop.engine.name, write))) {
    const output = flags.json ? 'quiet' : 'visible';
    const first = verified.length === 0;
    const one = await verifyLab(lab, { workshop, output, write, tellNotice: first, env, signal });
    verified.push(one);
    // Where one could not be run, the next one can't either.
    if (one.error !== undefined) break;
  }
  const reports = verified.map(({ report }) => report);
  if (flags.json) process.stdout.write(renderJson(reports));
  if (flags.junit !== undefined) await writeReport('--junit', flags.junit, renderJunit(reports));
  const broken = verified.find(({ error }) => error !== undefined);
  if (broken !== undefined) throw broken.error;
  if (reports.length > 1) write(summary(reports));
  return reports.every(({ status }) => status === 'passed') ? 0 : 1;
}

function runsHere(
  { lab, engines }: Lab,
  engine: Lab['engines'][number],
  write: (text: string) => void,
): boolean {
  if (engines.includes(engine)) return true;
  write(`Lab ${lab} is left out: it runs on ${engines.join(', ')}\n`);
  return false;
}

function summary(reports: readonly LabReport[]): string {
  const passed = reports.filter(({ status }) => status === 'passed').length;
  const total = reports.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return `\n${passed} of ${reports.length} labs passed in ${(total / 1000).toFixed(1)} s\n`;
}
