// kubectl for a lab's shell: the user's own, or a stand-in for the verbs the labs use.

import { findProgram } from '../doctor/programs.ts';
import type { LabDir } from '../state/lab-dir.ts';
import { kubectlInstallUrl } from './install-url.ts';
import { writeStandIn } from './write-stand-in.ts';

export interface ProvidedKubectl {
  /** Folders to put before the user's PATH. */
  readonly path: readonly string[];
  readonly notice: string | undefined;
}

export async function provideKubectl(labDir: LabDir, signal: AbortSignal): Promise<ProvidedKubectl> {
  const { version } = await findProgram('kubectl', signal);
  if (version !== undefined) return { path: [], notice: undefined };
  writeStandIn(labDir.bin);
  return {
    path: [labDir.bin],
    notice: `kubectl is not on PATH: a small stand-in serves the labs. The real one: ${kubectlInstallUrl}`,
  };
}
