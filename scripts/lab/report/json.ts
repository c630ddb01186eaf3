// Reports of labs as JSON, for `--json`.

import type { LabReport } from '../run/report.ts';

/** One object, `{ status, labs }`, with a line end. `status` is failed when any lab failed. */
export function renderJson(labs: readonly LabReport[]): string {
  const status = labs.some((lab) => lab.status === 'failed') ? 'failed' : 'passed';
  return `${JSON.stringify({ status, labs }, null, 2)}\n`;
}
