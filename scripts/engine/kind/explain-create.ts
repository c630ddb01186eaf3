// Why `kind create cluster` failed, from its words and Docker's. kind's exit code is 1 for everything.

import { LabError, type LabErrorDetails } from '../../error.ts';
import type { RunResult } from '../../process/run.ts';
import { portNames, suggestBase } from '../ports.ts';
import { dockerFailure } from './docker.ts';
import { pullFailure } from './explain-pull.ts';
import { clusterName, nodeName } from './node.ts';

export interface CreateFailure {
  readonly result: RunResult;
  readonly portBase: number;
  readonly nodeImage: string;
  /** Folder of the node's logs, where they could be saved. */
  readonly logs: string | undefined;
  /** What the kubelet says in them. */
  readonly kubelet?: string | undefined;
}

/** The first row that fits. Its order is that of kind's own checks. */
export function explainCreate(failure: CreateFailure): LabError {
  const text = `${failure.result.stderr}\n${failure.result.stdout}`;
  const docker = dockerFailure(failure.result);
  if (docker !== undefined) return docker;
  for (const { pattern, explain } of rows) {
    const match = pattern.exec(text);
    if (match !== null) return explain(failure, match);
  }
  return new LabError('KIND_FAILED', 'kind could not create the cluster', details(failure, 'npm run doctor'));
}

interface Row {
  readonly pattern: RegExp;
  readonly explain: (failure: CreateFailure, match: RegExpExecArray) => LabError;
}

const rows: readonly Row[] = [
  {
    pattern: /node\(s\) already exist for a cluster with the name/,
    explain: () => nameInUse(),
  },
  {
    pattern:
      /[^\n]*(?:port is already allocated|address already in use|Ports are not available|access permissions)[^\n]*/,
    explain: ({ portBase }, [line]) => portBusy(portBase, line),
  },
  {
    pattern: /failed to pull image[^\n]*[^]*/,
    explain: ({ nodeImage }, [said]) => pullFailure(nodeImage, said),
  },
  {
    pattern: /non-overlapping IPv4 address pool|exhausted attempts trying to find a non-overlapping subnet/,
    explain: (failure) =>
      new LabError('DOCKER_NETWORKS', 'Docker has no free address range left for a network', {
        ...details(failure, 'docker network prune, or leave the VPN once; then run the same command again'),
      }),
  },
  {
    pattern: /rootless provider requires (?:cgroup v2|setting systemd property)/,
    explain: (failure) =>
      new LabError('DOCKER_ROOTLESS', 'Rootless Docker lacks rights over cgroups that kind needs', {
        ...details(failure, 'https://kind.sigs.k8s.io/docs/user/rootless/ says how to delegate them'),
      }),
  },
  {
    pattern: /could not find a log line that matches/,
    explain: (failure) =>
      new LabError(
        'NODE_NOT_BOOTED',
        'The node did not boot: too few inotify instances, cgroups of version 1, or an old image do that',
        details(failure, 'npm run doctor tells which'),
      ),
  },
  {
    pattern: /[Cc]ontainer \S+ is not running/,
    explain: (failure) =>
      new LabError(
        'NODE_DIED',
        'The node ended right after its start',
        details(failure, 'npm run doctor tells what is wrong with this machine'),
      ),
  },
  {
    pattern: /failed to init node with kubeadm/,
    explain: (failure) =>
      new LabError(
        'KUBEADM_FAILED',
        'Kubernetes did not start in the node: mostly memory is short, or cgroups are of version 1',
        details(
          failure,
          'give Docker at least 4 GB, then run the same command again; npm run doctor looks further',
          kubeadmTells,
        ),
      ),
  },
  {
    pattern: /failed to lock config file[^\n]*/,
    explain: (failure) =>
      new LabError(
        'KUBECONFIG_LOCKED',
        'The kubeconfig could not be written: a lock file is in its place',
        details(failure, 'remove the .lock file that is named above, then run the same command again'),
      ),
  },
];

/** The cluster's name is taken by one that was not made here. */
export const nameInUse = (): LabError =>
  new LabError(
    'NAME_IN_USE',
    `There is a kind cluster named ${clusterName} already, and it was not made from this folder`,
    {
      hint: `npm run down in the folder that made it; or, if nobody needs it: kind delete cluster --name ${clusterName}`,
    },
  );

/** `line`: the one that says so, in which no other of the six ports is named. */
function portBusy(portBase: number, line: string): LabError {
  const index = portNames.findIndex((_, at) => new RegExp(`\\b${portBase + at}\\b`).test(line));
  const which =
    index === -1 ? 'One of the six ports' : `Port ${portBase + index} (${portNames[index] ?? ''})`;
  return new LabError('PORT_BUSY', `${which} is used by another program`, {
    hint: `stop that program, or move all six ports: export LAB_PORT_BASE=${suggestBase(portBase)}`,
  });
}

/** Of a log of hundreds of lines. */
const kubeadmTells =
  /is not healthy after|^error execution phase|^\s*\[ERROR |^\t.*(?:refused|exceeded|timed out)/;

const evidenceLines = 6;

/** `tells`: which lines after kind's own say why; without it, or without such a line, the first. */
function details({ result, logs, kubelet }: CreateFailure, hint: string, tells?: RegExp): LabErrorDetails {
  const lines = result.stderr.split('\n').filter((line) => line.trim() !== '');
  const from = lines.findIndex((line) => line.startsWith('ERROR:'));
  const [first = '', ...rest] = from === -1 ? lines.slice(-evidenceLines) : lines.slice(from);
  const telling = rest.filter((line) => tells?.test(line.replace(/^Command Output: /, '')));
  const shown = [first, ...(telling.length > 0 ? telling : rest)].slice(0, evidenceLines);
  return {
    hint,
    evidence: [
      ...shown,
      ...(kubelet === undefined ? [] : [kubelet]),
      ...(logs === undefined ? [] : [`the logs of ${nodeName}: ${logs}`]),
    ],
  };
}
