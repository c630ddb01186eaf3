// Istio by istioctl. Its own waits are long and say little, so the pods are watched beside it.

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PatchStrategy } from '@kubernetes/client-node';
import { ignoreMissing } from '../../cluster/api-error.ts';
import { failWithPods, restartBrokenPods } from '../../cluster/broken-pod.ts';
import { openCluster, type ClusterClient } from '../../cluster/client.ts';
import { meshAccepts } from '../../cluster/mesh-accepts.ts';
import { rolloutAll } from '../../cluster/rollout.ts';
import { LabError } from '../../error.ts';
import type { RunResult } from '../../process/run.ts';
import type { TaskContext } from '../../setup/task.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import { clusterName } from './node.ts';
import type { Call } from './programs.ts';
import type { TrackFiles } from './track.ts';
import { firstAbort } from '../../process/first-abort.ts';

const namespace = 'istio-system';
/** On the namespace, so that it goes with the cluster: which operator file was installed to its end. */
const annotation = 'mesh-workshop/installed';

export interface IstioOptions {
  readonly istioctl: Call;
  readonly labDir: LabDir;
  readonly track: TrackFiles;
  /** istiod injects, long before the gateway is there. */
  readonly onIstiod: () => void;
}

const access = ({ kubeconfig }: LabDir): readonly string[] => [
  '--kubeconfig',
  kubeconfig,
  '--context',
  `kind-${clusterName}`,
];

/** Resolves with what it found, for a title. Its warnings are no reason to stop: an old track has some. */
export async function precheck(
  { istioctl, labDir, track }: Omit<IstioOptions, 'onIstiod'>,
  { signal }: TaskContext,
): Promise<string> {
  const cluster = openCluster(labDir.kubeconfig);
  if ((await installedDigest(cluster)) === (await digestOf(track))) return 'is installed already';
  const checked = await istioctl(['x', 'precheck', ...access(labDir)], { signal, timeoutMs: 120_000 });
  if (checked.exitCode === 0) return 'precheck found no issues';
  const file = join(labDir.kind, 'precheck.log');
  await writeFile(file, `${checked.stdout}\n${checked.stderr}`);
  return `precheck found warnings, in ${file}`;
}

/** Only waits when the same file is installed already. @throws LabError of the first pod that cannot start */
export async function installIstio(options: IstioOptions, context: TaskContext): Promise<void> {
  const { istioctl, labDir, track, onIstiod } = options;
  const { signal, note } = context;
  const cluster = openCluster(labDir.kubeconfig);
  const wanted = await digestOf(track);
  if ((await installedDigest(cluster)) === wanted) {
    await meshAccepts(cluster, context);
    onIstiod();
    await rolloutAll(cluster, { namespace, names: ['istiod', 'istio-ingressgateway'], signal });
    return;
  }
  await restartBrokenPods(cluster, namespace);
  const installing = new AbortController();
  const both = firstAbort(signal, installing.signal);
  const installed = istioctl(
    ['install', '-y', '-f', track.operatorFile, '--readiness-timeout', '15m', ...access(labDir)],
    {
      signal: both,
      onLine: (line) => {
        const waits = /Waiting for (.+?)\s*$/.exec(line)?.[1];
        if (waits !== undefined) note(`waiting for ${waits}`);
        if (/Istiod installed/.test(line)) onIstiod();
      },
    },
  );
  let result: RunResult;
  try {
    result = await Promise.race([installed, failWithPods(cluster, namespace, both)]);
  } finally {
    installing.abort();
    await installed.catch(() => undefined);
  }
  signal.throwIfAborted();
  if (result.exitCode !== 0) throw installFailure(result);
  onIstiod();
  await markInstalled(cluster, wanted);
}

function installFailure(result: RunResult): LabError {
  const lines = `${result.stdout}\n${result.stderr}`.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => /^✘|^Error:|encountered an error|container failed to start/.test(line));
  return new LabError('ISTIO_FAILED', `istioctl could not install Istio: it ended with ${ending(result)}`, {
    evidence: said.slice(-5),
    hint: 'kubectl -n istio-system get pods,events; then run the same command again, which goes on from there',
  });
}

const ending = ({ exitCode }: RunResult): string =>
  exitCode === undefined ? 'a signal' : `exit code ${exitCode}`;

async function installedDigest({ core }: ClusterClient): Promise<string | undefined> {
  const found = await ignoreMissing(core.readNamespace({ name: namespace }));
  return found?.metadata?.annotations?.[annotation];
}

const markInstalled = async ({ objects }: ClusterClient, digest: string): Promise<void> => {
  await objects.patch(
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, annotations: { [annotation]: digest } },
    },
    undefined,
    undefined,
    undefined,
    undefined,
    PatchStrategy.MergePatch,
  );
};

async function digestOf({ operatorFile }: TrackFiles): Promise<string> {
  return createHash('sha256')
    .update(await readFile(operatorFile))
    .digest('hex');
}
