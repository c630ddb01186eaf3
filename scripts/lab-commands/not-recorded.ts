// The cluster is not where the learner left it: it is new, or another lab was in it since.

import { LabError } from '../error.ts';
import type { Lab } from '../lab/format/lab.ts';

export function notRecorded({ lab, steps }: Lab, done: readonly string[]): LabError {
  const next = Math.min(done.length + 1, steps.length);
  return new LabError('NOT_RECORDED', `The cluster is not where you left lab ${lab}`, {
    hint:
      done.length === 0
        ? `npm run lab ${lab} begins it`
        : `npm run lab ${lab} goto ${next} does the steps before it again`,
  });
}
