// What `npm run doctor` looks at, and every set-up before anything slow is started.

import type { Workshop } from '../environment/workshop.ts';
import { LabError } from '../error.ts';
import type { Finding } from './finding.ts';
import { inspectMachine } from './machine/inspect.ts';
import { judge, type Row } from './row.ts';
import { rowsOf } from './rows.ts';

/** One finding for each row of the chosen engine that has something to say. */
export async function diagnose(workshop: Workshop, signal: AbortSignal): Promise<readonly Finding[]> {
  const { engine, portBase } = workshop;
  const status = await engine.status(signal);
  const servedPortBase = status.state === 'up' ? (status.portBase ?? portBase) : undefined;
  return findings(workshop, { rows: rowsOf(engine.name), servedPortBase, images: [] }, signal);
}

/** `images`: of the apps. Resolves with what is worth a word. @throws LabError for the first row that failed */
export async function requireHealthy(
  workshop: Workshop,
  images: readonly string[],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const rows = rowsOf(workshop.engine.name).filter(({ inSetUp = true }) => inSetUp);
  const found = await findings(workshop, { rows, servedPortBase: undefined, images }, signal);
  const failed = found.find(({ status }) => status === 'fail');
  if (failed === undefined) return found;
  const { detail, symptom, cause, fix, exitCode = 1 } = failed;
  throw new LabError('MACHINE_UNFIT', detail, {
    evidence: [`because ${cause ?? ''}`, `otherwise: ${symptom ?? ''}`],
    hint: fix ?? 'npm run doctor',
    exitCode,
  });
}

interface Questions {
  readonly rows: readonly Row[];
  readonly servedPortBase: number | undefined;
  readonly images: readonly string[];
}

async function findings(
  { engine, labDir, portBase }: Workshop,
  { rows, servedPortBase, images }: Questions,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const machine = await inspectMachine({
    engine: engine.name,
    labDir: labDir.root,
    kubeconfig: labDir.kubeconfig,
    portBase,
    servedPortBase,
    track: engine.track ?? 'course',
    toPull: async () => (await engine.toPull?.(images, signal)) ?? [],
    signal,
  });
  return rows.flatMap((row) => judge(row, machine) ?? []);
}
