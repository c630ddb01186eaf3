// One look at a Deployment: its ReplicaSets, and the two writes everything is made of.

import { isDeepStrictEqual } from 'node:util';
import type { Deployment, ReplicaSet } from '../../kube/resources.ts';
import { replicaSets } from '../../kube/resources.ts';
import { claim } from '../claim.ts';
import type { ControllerContext } from '../context.ts';
import { sizeAnnotations } from './annotations.ts';
import { sameTemplate } from './template-hash.ts';

export interface Rollout {
  readonly deployment: Deployment;
  /** The set with the Deployment's current template. */
  readonly newest: ReplicaSet | undefined;
  /** All others, oldest first. */
  readonly older: readonly ReplicaSet[];
}

export const component = 'deployment-controller';

export const wantedReplicas = ({ spec }: Deployment | ReplicaSet): number => spec?.replicas ?? 1;

export const allSets = ({ newest, older }: Rollout): ReplicaSet[] =>
  newest === undefined ? [...older] : [...older, newest];

export const activeSets = (sets: readonly ReplicaSet[]): ReplicaSet[] =>
  sets.filter((set) => wantedReplicas(set) > 0);

export const totalWanted = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, set) => sum + wantedReplicas(set), 0);

export const totalOf = (
  sets: readonly ReplicaSet[],
  field: 'replicas' | 'readyReplicas' | 'availableReplicas',
): number => sets.reduce((sum, set) => sum + (set.status?.[field] ?? 0), 0);

export function readRollout({ cluster }: ControllerContext, deployment: Deployment): Rollout {
  const sets = claim({
    cluster,
    resource: replicaSets,
    owner: deployment,
    selector: deployment.spec?.selector,
    candidates: cluster.list(replicaSets, deployment.metadata.namespace ?? ''),
  }).toSorted(byAge);
  // The oldest wins, should there be two with the same template.
  const newest = sets.find((set) => sameTemplate(set.spec?.template, deployment.spec?.template));
  return { deployment, newest, older: sets.filter((set) => set !== newest) };
}

export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const first = a.metadata.creationTimestamp;
  const second = b.metadata.creationTimestamp;
  if (first !== second) return first < second ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

/** Sets the size of one set, and what it was scaled for. Returns whether the size changed. */
export function scaleSet(
  { cluster, recordEvent }: ControllerContext,
  deployment: Deployment,
  set: ReplicaSet,
  replicas: number,
): boolean {
  const before = wantedReplicas(set);
  const annotations = { ...set.metadata.annotations, ...sizeAnnotations(deployment) };
  if (before === replicas && isDeepStrictEqual(annotations, set.metadata.annotations)) return false;
  cluster.update(replicaSets, {
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: { ...set.spec, selector: set.spec?.selector ?? {}, replicas },
  });
  if (before === replicas) return false;
  recordEvent({
    regarding: deployment,
    type: 'Normal',
    reason: 'ScalingReplicaSet',
    message: `Scaled ${before < replicas ? 'up' : 'down'} replica set ${set.metadata.name} from ${before} to ${replicas}`,
    component,
  });
  return true;
}
