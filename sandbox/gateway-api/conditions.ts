import { timestamp, type Clock } from '../clock/clock.ts';
import type { Condition, Problem } from '../mesh/gateway-api/resources.ts';

/** What a condition says while all is well, and what is wrong. A problem turns its status round. */
export interface Finding {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** @default 'True' */
  readonly status?: 'True' | 'False';
  readonly problem?: Problem | undefined;
}

/** In order of type; the time of a condition stays until its status changes. Conditions of other types are kept. */
export function conditions(
  findings: readonly Finding[],
  old: readonly Condition[] = [],
  generation: number | undefined,
  clock: Clock,
): Condition[] {
  const made = findings.map(({ type, problem, status: good = 'True', ...healthy }): Condition => {
    const status = problem === undefined ? good : good === 'True' ? 'False' : 'True';
    const before = old.find((each) => each.type === type);
    return {
      lastTransitionTime: before?.status === status ? before.lastTransitionTime : timestamp(clock),
      message: problem?.message ?? healthy.message,
      ...(generation !== undefined && { observedGeneration: generation }),
      reason: problem?.reason ?? healthy.reason,
      status,
      type,
    };
  });
  const others = old.filter(({ type }) => !findings.some((finding) => finding.type === type));
  return [...others, ...made].toSorted((a, b) => (a.type < b.type ? -1 : 1));
}
