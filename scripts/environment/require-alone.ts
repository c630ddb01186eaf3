// One cluster for each folder: they would share its kubeconfig, and the six ports.

import { openEngine } from '../engine/open-engine.ts';
import { readEngineRecord } from '../engine/record.ts';
import { LabError } from '../error.ts';
import type { Workshop } from './workshop.ts';

/** @throws LabError when another engine than the workshop's is up */
export async function requireAlone(workshop: Workshop, signal: AbortSignal): Promise<void> {
  const { engine, labDir } = workshop;
  const { up } = readEngineRecord(labDir);
  if (up === undefined || up === engine.name) return;
  const { state } = await openEngine(up, workshop).status(signal);
  if (state === 'down') return;
  throw new LabError('OTHER_ENGINE', `The ${up} engine is up, and ${engine.name} is asked for`, {
    hint: `npm run down, then the same command again; or go on with --engine ${up}`,
  });
}
