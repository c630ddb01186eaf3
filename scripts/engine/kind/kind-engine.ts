// A kind cluster with the real Istio: one node in Docker, made and found again by this folder's `.lab/`.

import type { SetUpTask } from '../../setup/task.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import type { Track } from '../../tools/releases.ts';
import { apiAnswers } from '../api-answers.ts';
import { istiodSettleMs, type Engine, type EngineStatus, type Tell, type Wanted } from '../engine.ts';
import { LabError } from '../../error.ts';
import { cachesName, removeCaches } from './caches.ts';
import { certsDirOf } from './cluster-config.ts';
import { deleteCluster } from './create.ts';
import { forget, recall } from './memory.ts';
import { clusterName, inspectNode } from './node.ts';
import { nodeCollector } from './node-evidence.ts';
import { openPrograms } from './programs.ts';
import { kindTasks } from './tasks.ts';
import { imagesToPull } from './to-pull.ts';
import { toolFolder } from './tools.ts';
import { readTrack } from './track.ts';

export interface KindEngineOptions {
  readonly labDir: LabDir;
  readonly projectRoot: string;
  readonly portBase: number;
  readonly env: NodeJS.ProcessEnv;
  /** undefined: that of the cluster that is there, else the labs' own. */
  readonly track: Track | undefined;
  /** Addons beside those that are always there; undefined: as they were. */
  readonly extras: readonly string[] | undefined;
  /** @default 180_000 */
  readonly nodeWithinMs?: number;
}

export function kindEngine(options: KindEngineOptions): Engine {
  const { labDir, projectRoot, env } = options;
  const memory = recall(labDir);
  const track = readTrack(projectRoot, options.track ?? memory?.track ?? 'course');
  const programs = openPrograms({ labDir, track: track.name, env });
  const { docker } = programs;
  const versions = `Istio ${track.istio} on Kubernetes ${track.kubernetes}`;

  async function status(signal: AbortSignal): Promise<EngineStatus> {
    const known = recall(labDir);
    if (known === undefined) return down('no kind cluster was made here');
    try {
      const node = await inspectNode(docker, certsDirOf(labDir), signal);
      if (node === undefined || !node.ours) return down('its container is gone');
      if (!node.running) return down('its container is stopped');
    } catch (error) {
      if (error instanceof LabError && !signal.aborted) return down(error.message);
      throw error;
    }
    if (!known.ready) return down('its set-up is not finished');
    if (!(await apiAnswers(labDir.kubeconfig, signal))) return down('its API does not answer');
    return {
      state: 'up',
      portBase: known.portBase,
      detail: `kind cluster ${clusterName}, track ${known.track}: ${versions}`,
      urls: urlsAt(known.portBase, known.extras),
    };
  }

  const extras = (): readonly string[] => options.extras ?? recall(labDir)?.extras ?? [];

  const toPull = async (images: readonly string[], signal: AbortSignal): Promise<readonly string[]> =>
    imagesToPull({ ...options, docker, track, extras: extras(), images }, signal);

  const setUp = (wanted: Wanted): readonly SetUpTask[] =>
    kindTasks({ ...options, track, programs, extras: extras(), images: wanted.images });

  async function remove(signal: AbortSignal, tell: Tell): Promise<boolean> {
    const known = recall(labDir);
    if (known === undefined) return false;
    const node = await inspectNode(docker, certsDirOf(labDir), signal);
    const isThere = node?.ours === true;
    if (isThere) {
      tell(`Deleting the kind cluster ${clusterName}`);
      const kind = await programs.kind({ signal, note: () => undefined });
      if (!(await deleteCluster(kind, labDir, signal))) {
        throw new LabError('KIND_FAILED', `kind could not delete the cluster ${clusterName}`, {
          hint: `kind delete cluster --name ${clusterName} says why`,
        });
      }
      tell('It is deleted, and what was made in it with it. The image of its node stays in Docker.');
    }
    if (known.extras.includes(cachesName)) {
      tell('The caches of registries go on in Docker; npm run down -- --purge removes them.');
    }
    forget(labDir);
    return isThere;
  }

  const purge = async (signal: AbortSignal): Promise<void> => removeCaches(docker, signal);

  return {
    purge,
    evidence: [nodeCollector(docker)],
    name: 'kind',
    settleMs: istiodSettleMs,
    summary: `${versions}, in Docker`,
    path: [toolFolder(labDir)],
    track: track.name,
    status,
    toPull,
    setUp,
    down: remove,
  };
}

const down = (detail: string): EngineStatus => ({ state: 'down', portBase: undefined, detail });

const urlsAt = (base: number, extras: readonly string[]): Readonly<Record<string, string>> => ({
  Prometheus: `http://localhost:${base + 1}`,
  Grafana: `http://localhost:${base + 2}`,
  Kiali: `http://localhost:${base + 3}/kiali`,
  Jaeger: `http://localhost:${base + 4}/jaeger`,
  ...(extras.includes('kube-ops-view') ? { 'kube-ops-view': `http://localhost:${base + 5}` } : {}),
});
