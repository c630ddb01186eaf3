import type { DeploymentCondition } from 'kubernetes-types/apps/v1.js';
import { type Clock, timestamp } from '../../clock/clock.ts';

export interface Verdict {
  readonly type: 'Available' | 'Progressing' | 'ReplicaFailure';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

export type Conditions = readonly DeploymentCondition[];

export const conditionOf = (
  conditions: Conditions | undefined,
  type: Verdict['type'],
): DeploymentCondition | undefined => conditions?.find((condition) => condition.type === type);

/**
 * The same status for the same reason changes nothing, not even times; `touch` renews lastUpdateTime all the same,
 * which is how progress is dated.
 */
export function withCondition(
  conditions: Conditions,
  verdict: Verdict,
  clock: Clock,
  touch = false,
): DeploymentCondition[] {
  const known = conditionOf(conditions, verdict.type);
  if (!touch && known?.status === verdict.status && known.reason === verdict.reason) return [...conditions];
  const now = timestamp(clock);
  const condition: DeploymentCondition = {
    ...verdict,
    lastUpdateTime: now,
    lastTransitionTime: known?.status === verdict.status ? (known.lastTransitionTime ?? now) : now,
  };
  return [...withoutCondition(conditions, verdict.type), condition];
}

export const withoutCondition = (conditions: Conditions, type: Verdict['type']): DeploymentCondition[] =>
  conditions.filter((condition) => condition.type !== type);
