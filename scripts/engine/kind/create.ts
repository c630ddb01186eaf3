// `kind create cluster`, watched: others need not wait for its end to use the node.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LabDir } from '../../state/lab-dir.ts';
import { explainCreate } from './explain-create.ts';
import { kubeletError } from './kubelet-error.ts';
import { clusterName } from './node.ts';
import type { Call } from './programs.ts';

export interface CreateOptions {
  readonly kind: Call;
  readonly labDir: LabDir;
  readonly configFile: string;
  readonly portBase: number;
  readonly nodeImage: string;
  readonly signal: AbortSignal;
  /** kind's stages, as it names them. */
  readonly note: (stage: string) => void;
  /** The node's container runtime is there to stay: kind has restarted it with its configuration. */
  readonly onConfigured: () => void;
}

/** Rejects with a sentence, the node removed and its logs kept. */
export async function createCluster(options: CreateOptions): Promise<void> {
  const { kind, labDir, configFile, signal, note, onConfigured } = options;
  const kubeconfig = privateKubeconfig(labDir);
  // Left by a run that was killed; nobody else writes there.
  rmSync(`${kubeconfig}.lock`, { force: true });
  const result = await kind(
    // A node that failed is kept until its logs are read. Whether the cluster is ready is not asked here: a wait that
    // times out is no error for kind.
    [
      'create',
      'cluster',
      '--name',
      clusterName,
      '--config',
      configFile,
      '--kubeconfig',
      kubeconfig,
      '--retain',
    ],
    {
      signal,
      onLine: (line) => {
        // Without its picture.
        const stage = /^ • (.+?)(?:\s+\p{Extended_Pictographic}\S*)?\s+\.\.\.\s*$/u.exec(line)?.[1];
        if (stage !== undefined) note(stage);
        if (line.startsWith(' ✓ Writing configuration')) onConfigured();
      },
    },
  );
  if (result.exitCode === 0) return;
  // What was there before is not ours to remove.
  const logs = /already exist/.test(result.stderr) ? undefined : await saveLogs(options);
  const kubelet = logs === undefined ? undefined : await kubeletError(logs);
  throw explainCreate({ ...options, result, logs, kubelet });
}

export const privateKubeconfig = ({ kind }: LabDir): string => join(kind, 'kubeconfig');

async function saveLogs({ kind, labDir, signal }: CreateOptions): Promise<string | undefined> {
  const folder = join(labDir.kind, 'logs');
  const saved = await kind(['export', 'logs', folder, '--name', clusterName], { signal, timeoutMs: 60_000 });
  await deleteCluster(kind, labDir, signal);
  return saved.exitCode === 0 ? folder : undefined;
}

export async function deleteCluster(kind: Call, labDir: LabDir, signal: AbortSignal): Promise<boolean> {
  const result = await kind(
    ['delete', 'cluster', '--name', clusterName, '--kubeconfig', privateKubeconfig(labDir)],
    { signal, timeoutMs: 120_000 },
  );
  return result.exitCode === 0;
}
