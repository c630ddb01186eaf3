// For those who look at a cluster, and do not start one.

import { LabError } from '../error.ts';
import type { Workshop } from './workshop.ts';

/**
 * @param purpose ends the sentence `No cluster is up, so there is nothing to …`
 * @throws LabError when the workshop's engine is not up
 */
export async function requireUp(
  { engine }: Workshop,
  lab: number,
  purpose: string,
  signal: AbortSignal,
): Promise<void> {
  if ((await engine.status(signal)).state === 'up') return;
  throw new LabError('CLUSTER_DOWN', `No cluster is up, so there is nothing to ${purpose}`, {
    hint: `npm run lab ${lab}`,
  });
}
