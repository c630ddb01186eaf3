// The report of a lab that could not be run to its end: what is known is why.

import { LabError } from '../../error.ts';
import type { Lab } from '../format/lab.ts';
import type { LabReport } from './report.ts';
import { notRun } from './run-lab.ts';

export function unfinishedReport(
  { lab, id, title, file, steps }: Lab,
  error: unknown,
  startedAt: Date,
): LabReport {
  const { hint, evidence = [] } = error instanceof LabError ? error : {};
  return {
    lab: { number: lab, id, title, file },
    status: 'failed',
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    steps: steps.map(notRun),
    failure: {
      kind: 'unfinished',
      at: { file, line: 1, column: 1 },
      message: error instanceof Error ? error.message : String(error),
      ...(hint === undefined ? {} : { hint }),
      evidence,
    },
  };
}
