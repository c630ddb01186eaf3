// The cluster's container: found as it is, made again when it was never finished, or made.

import { mkdirSync } from 'node:fs';
import { LabError } from '../../error.ts';
import { waitUntil } from '../../process/wait-until.ts';
import type { TaskContext } from '../../setup/task.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import { writeFileAtOnce } from '../../state/write-file.ts';
import { apiAnswers } from '../api-answers.ts';
import { requireFreePorts } from '../ports.ts';
import { certsDirOf, writeClusterConfig } from './cluster-config.ts';
import { createCluster, deleteCluster } from './create.ts';
import { lastLine } from './docker.ts';
import { nameInUse } from './explain-create.ts';
import { recall, remember, type Memory } from './memory.ts';
import { clusterName, inspectNode, nodeName, type NodeContainer } from './node.ts';
import type { Call } from './programs.ts';
import type { TrackFiles } from './track.ts';

export interface NodeOptions {
  readonly docker: Call;
  readonly kind: Call;
  readonly labDir: LabDir;
  readonly portBase: number;
  readonly track: TrackFiles;
  /** The track's, or the name that its image has from a bundle. */
  readonly nodeImage: string;
  readonly extras: readonly string[];
}

/** `onConfigured`: images can be pulled into the node, which is some time before its cluster is there. */
export async function makeNode(
  options: NodeOptions,
  { signal, note }: TaskContext,
  onConfigured: () => void,
): Promise<void> {
  const { docker, kind, labDir, portBase, track, nodeImage, extras } = options;
  const certsDir = certsDirOf(labDir);
  const found = await inspectNode(docker, certsDir, signal);
  const memory = recall(labDir);
  if (found !== undefined) {
    if (!found.ours) throw nameInUse();
    if (memory?.created === true) {
      requireSame(found, memory, options);
      await wake(found, docker, { signal, note });
      remember(labDir, { ...memory, extras });
      return;
    }
    note('removing a cluster that was never finished');
    await deleteCluster(kind, labDir, signal);
  }
  await requireFreePorts(portBase);
  mkdirSync(certsDir, { recursive: true });
  const next: Memory = { track: track.name, portBase, created: false, ready: false, extras };
  remember(labDir, next);
  await createCluster({
    kind,
    labDir,
    configFile: writeClusterConfig(labDir, track, portBase, nodeImage),
    portBase,
    nodeImage,
    signal,
    note,
    onConfigured,
  });
  remember(labDir, { ...next, created: true });
}

/** Ports and images of a node are fixed when it is made. */
function requireSame(found: NodeContainer, memory: Memory, { portBase, track }: NodeOptions): void {
  if (found.portBase !== undefined && found.portBase !== portBase) {
    throw new LabError(
      'OTHER_PORTS',
      `The kind cluster has the ports from ${found.portBase}, but LAB_PORT_BASE asks for ${portBase}`,
      {
        hint: `npm run down, then up again; or LAB_PORT_BASE=${found.portBase} to use the one that is there`,
      },
    );
  }
  if (memory.track === track.name) return;
  throw new LabError(
    'OTHER_TRACK',
    `The kind cluster is of the track ${memory.track}, and ${track.name} is asked for`,
    { hint: `npm run down, then the same command again; or go on with --track ${memory.track}` },
  );
}

/** After a restart of Docker or of the machine the container is there, and stopped. */
async function wake({ running }: NodeContainer, docker: Call, { signal, note }: TaskContext): Promise<void> {
  if (running) return;
  note('starting the node again');
  const started = await docker(['start', nodeName], { signal, timeoutMs: 60_000 });
  if (started.exitCode === 0) return;
  throw new LabError(
    'NODE_NOT_STARTED',
    `The node ${nodeName} does not start again: ${lastLine(started.stderr)}`,
    {
      hint: 'npm run down, then up again: what was made in the cluster is lost',
    },
  );
}

const apiWithinMs = 90_000;
const oneLookMs = 2000;

/** Writes the workshop's kubeconfig, and waits until its API answers. */
export async function openApi(
  { kind, labDir }: Pick<NodeOptions, 'kind' | 'labDir'>,
  { signal, note }: TaskContext,
  withinMs = apiWithinMs,
): Promise<void> {
  const got = await kind(['get', 'kubeconfig', '--name', clusterName], { signal, timeoutMs: 30_000 });
  if (got.exitCode !== 0) {
    throw new LabError('NO_KUBECONFIG', `kind has no kubeconfig of ${clusterName}: ${lastLine(got.stderr)}`, {
      hint: 'npm run down, then up again: what was made in the cluster is lost',
    });
  }
  writeFileAtOnce(labDir.kubeconfig, got.stdout);
  note('waiting for the API to answer');
  const look = async (): Promise<'silence' | undefined> =>
    (await apiAnswers(labDir.kubeconfig, signal, oneLookMs)) ? undefined : 'silence';
  await waitUntil(look, {
    withinMs,
    pollMs: 500,
    signal,
    tooLate: () =>
      new LabError(
        'API_SILENT',
        `The API of ${clusterName} does not answer after ${Math.round(withinMs / 1000)} s`,
        {
          hint: `docker restart ${nodeName}, then run the same command again; if that does not help, npm run down and up`,
        },
      ),
  });
}
