// All of Istio's resources in the cluster.

import type { Cluster } from '../kube/cluster.ts';
import type { AnyObject } from '../kube/object.ts';
import { istioKinds } from './kinds.ts';

export const listIstioConfigs = (cluster: Cluster): readonly AnyObject[] =>
  istioKinds.flatMap(({ group, plural }) => cluster.list<AnyObject>({ group, resource: plural }));
