// What is found out when a cluster could not be set up.

import { existsSync } from 'node:fs';
import type { Workshop } from '../environment/workshop.ts';
import { explain, LabError } from '../error.ts';

/** Path of the folder; undefined where there is no cluster yet that could be asked. */
export async function diagnosticsOfSetUp(
  workshop: Workshop,
  error: unknown,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (signal.aborted || (error instanceof LabError && error.code === 'INTERRUPTED')) return undefined;
  const { labDir, engine } = workshop;
  if (!existsSync(labDir.kubeconfig)) return undefined;
  const [{ whySilent }, { writeDiagnostics }] = await Promise.all([
    import('../cluster/reach.ts'),
    import('./write-diagnostics.ts'),
  ]);
  if ((await whySilent(labDir.kubeconfig, signal)) !== undefined) return undefined;
  const title = `The cluster could not be set up with the ${engine.name} engine.`;
  const failure = [title, ...explain(error).split('\n')];
  return writeDiagnostics({ workshop, subject: 'up', failure, namespaces: [], signal });
}
