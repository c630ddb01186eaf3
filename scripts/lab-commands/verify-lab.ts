// One lab of `verify`, and what is found out when it fails.

import { readEngineRecord } from '../engine/record.ts';
import type { Workshop } from '../environment/workshop.ts';
import { explain, LabError } from '../error.ts';
import type { Lab } from '../lab/format/lab.ts';
import { showPlace } from '../lab/format/place.ts';
import { plainRenderer } from '../lab/report/plain.ts';
import type { LabReport } from '../lab/run/report.ts';
import { runLab } from '../lab/run/run-lab.ts';
import { unfinishedReport } from '../lab/run/unfinished.ts';
import { explainer } from './ask-why.ts';
import { atPortBase } from './at-port-base.ts';
import { openStage } from './stage.ts';

export interface VerifyLabOptions {
  readonly workshop: Workshop;
  readonly output: 'visible' | 'quiet';
  readonly write: (text: string) => void;
  /** Whether to say what of the machine was replaced. */
  readonly tellNotice: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

export interface Verified {
  readonly report: LabReport;
  /** What kept the lab from running to its end. */
  readonly error?: unknown;
}

/** Rejects only when somebody has stopped it. */
export async function verifyLab(lab: Lab, options: VerifyLabOptions): Promise<Verified> {
  const here = atPortBase(lab, options.workshop.portBase);
  const startedAt = new Date();
  try {
    const report = await perform(here, options);
    return { report: report.status === 'passed' ? report : await withDiagnostics(here, report, options) };
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof LabError && error.code === 'INTERRUPTED') throw error;
    const report = unfinishedReport(here, error, startedAt);
    return { report: await withDiagnostics(here, report, options, error), error };
  }
}

async function perform(lab: Lab, options: VerifyLabOptions): Promise<LabReport> {
  const { workshop, output, write, tellNotice, env, signal } = options;
  await using stage = await openStage({ lab, workshop, clean: true, output, env, signal });
  if (stage.notice !== undefined && tellNotice) write(`${stage.notice}\n`);
  const render = plainRenderer();
  const explained = explainer(lab, workshop);
  return await runLab(
    lab,
    { redFirst: true },
    { ...stage, explain: explained, onEvent: (event) => write(render(event)), signal },
  );
}

async function withDiagnostics(
  { id, lab, namespaces }: Lab,
  report: LabReport,
  { workshop, write, signal }: VerifyLabOptions,
  error?: unknown,
): Promise<LabReport> {
  // Nothing was begun on a machine that is not fit for it: there is nothing to look at.
  if (readEngineRecord(workshop.labDir).up !== workshop.engine.name) return report;
  const { writeDiagnostics } = await import('../diagnostics/write-diagnostics.ts');
  const title = `Lab ${lab} failed on the ${workshop.engine.name} engine.`;
  const failure = [title, ...(error === undefined ? failureLines(report) : explain(error).split('\n'))];
  const path = await writeDiagnostics({ workshop, subject: id, failure, report, namespaces, signal });
  if (path === undefined) return report;
  write(`Diagnostics: ${path}\n`);
  return { ...report, diagnostics: path };
}

function failureLines({ failure }: LabReport): readonly string[] {
  if (failure === undefined) return [];
  const { at, message, hint, evidence } = failure;
  return [
    `${showPlace(at)}: ${message}`,
    ...evidence.map((line) => `  ${line}`),
    ...(hint === undefined ? [] : [`Next: ${hint}`]),
  ];
}
