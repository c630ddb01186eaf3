// The cluster is not the one in which the learner came so far: it is new, or its apps are of another version.

import { LabError } from '../error.ts';
import type { Lab } from '../lab/format/lab.ts';

export function notRecorded({ lab, steps }: Lab, done: readonly string[]): LabError {
  const next = Math.min(done.length + 1, steps.length);
  return new LabError('NOT_RECORDED', `This cluster has not seen the steps that you did of lab ${lab}`, {
    hint:
      done.length === 0
        ? `npm run lab ${lab} begins it`
        : `npm run lab ${lab} goto ${next} does the steps before it again`,
  });
}
