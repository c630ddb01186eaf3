// kubectl for a lab's shell: the user's own, or a stand-in for the verbs the labs use.

import { delimiter } from 'node:path';
import { findProgram } from '../doctor/programs.ts';
import type { LabDir } from '../state/lab-dir.ts';
import { findOnPath } from '../tools/find-on-path.ts';
import { kubectlInstallUrl } from './install-url.ts';
import { writeStandIn } from './write-stand-in.ts';

export interface ProvidedKubectl {
  /** Folders to put before the user's PATH. */
  readonly path: readonly string[];
  readonly notice: string | undefined;
}

/** `folders`: where the engine has programs of its own. */
export async function provideKubectl(
  labDir: LabDir,
  folders: readonly string[],
  signal: AbortSignal,
): Promise<ProvidedKubectl> {
  if (findOnPath('kubectl', folders.join(delimiter)) !== undefined)
    return { path: folders, notice: undefined };
  const { version } = await findProgram('kubectl', signal);
  if (version !== undefined) return { path: folders, notice: undefined };
  writeStandIn(labDir.bin);
  return {
    path: [...folders, labDir.bin],
    notice: `kubectl is not on PATH: a small stand-in serves the labs. The real one: ${kubectlInstallUrl}`,
  };
}
