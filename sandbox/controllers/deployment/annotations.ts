// The annotations by which `kubectl rollout` and proportional scaling know a ReplicaSet's past.

import { isDeepStrictEqual } from 'node:util';
import type { Deployment, ReplicaSet } from '../../kube/resources.ts';
import { budgetOf } from './budget.ts';

const revision = 'deployment.kubernetes.io/revision';
const revisionHistory = 'deployment.kubernetes.io/revision-history';
const desiredReplicas = 'deployment.kubernetes.io/desired-replicas';
const maxReplicas = 'deployment.kubernetes.io/max-replicas';

// What belongs to the Deployment alone; everything else is copied to its newest ReplicaSet (`kubernetes.io/change-cause`).
const notCopied = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revision,
  revisionHistory,
  desiredReplicas,
  maxReplicas,
  'deprecated.deployment.rollback.to',
]);

type Annotations = Record<string, string>;

export const revisionOf = ({ metadata }: Deployment | ReplicaSet): number =>
  Number(metadata.annotations?.[revision] ?? 0);

/** How many pods the Deployment wanted when this set was last scaled. */
export function desiredOf({ metadata }: ReplicaSet): number | undefined {
  const value = metadata.annotations?.[desiredReplicas];
  return value === undefined ? undefined : Number(value);
}

export function maxOf({ metadata }: ReplicaSet): number | undefined {
  const value = metadata.annotations?.[maxReplicas];
  return value === undefined ? undefined : Number(value);
}

export function sizeAnnotations(deployment: Deployment): Annotations {
  const replicas = deployment.spec?.replicas ?? 1;
  return {
    [desiredReplicas]: String(replicas),
    [maxReplicas]: String(replicas + budgetOf(deployment).maxSurge),
  };
}

/** Annotations for the newest set; an older revision it had goes to its history. */
export function newestAnnotations(
  deployment: Deployment,
  known: Annotations | undefined,
  nextRevision: number,
): Annotations {
  const copied = Object.fromEntries(
    Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !notCopied.has(key)),
  );
  const annotations: Annotations = { ...known, ...copied };
  const before = known?.[revision];
  if (before === undefined) return { ...annotations, [revision]: String(nextRevision) };
  if (Number(before) >= nextRevision) return annotations;
  annotations[revision] = String(nextRevision);
  annotations[revisionHistory] = [annotations[revisionHistory], before]
    .filter((part) => part !== undefined && part !== '')
    .join(',');
  return annotations;
}

/** The Deployment with its newest set's revision, or itself if it says so already. */
export function withRevisionOf(deployment: Deployment, newest: ReplicaSet): Deployment {
  const annotations = {
    ...deployment.metadata.annotations,
    [revision]: newest.metadata.annotations?.[revision] ?? '1',
  };
  if (isDeepStrictEqual(annotations, deployment.metadata.annotations)) return deployment;
  return { ...deployment, metadata: { ...deployment.metadata, annotations } };
}
