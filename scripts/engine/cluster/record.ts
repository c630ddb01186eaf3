// What is remembered of the user's clusters: which one is in use, which were agreed to, what is ours there.

import { join } from 'node:path';
import { LabError } from '../../error.ts';
import { readJson, writeJson } from '../../state/json-file.ts';
import type { LabDir } from '../../state/lab-dir.ts';

/** Which cluster: with another server, the name of a context means another one. */
export interface ClusterKey {
  readonly context: string;
  readonly server: string;
}

export interface KnownCluster extends ClusterKey {
  /** Namespaces of labs that were not there when we first looked: who makes them since then are the labs. */
  readonly namespaces: readonly string[];
  /** True when `--install-mesh` put Istio there. */
  readonly installedMesh: boolean;
}

export interface ClusterRecord {
  /** The one that `.lab/kubeconfig` leads to. */
  readonly current: ClusterKey | undefined;
  readonly known: readonly KnownCluster[];
}

const fileOf = ({ cluster }: LabDir): string => join(cluster, 'record.json');

export function readClusterRecord(labDir: LabDir): ClusterRecord {
  const value = readJson(fileOf(labDir));
  if (typeof value !== 'object' || value === null || !('known' in value))
    return { current: undefined, known: [] };
  // Nobody else writes it, and a torn file counts as none.
  return value as ClusterRecord;
}

const isSame = (one: ClusterKey, other: ClusterKey): boolean =>
  one.context === other.context && one.server === other.server;

export const findKnown = (labDir: LabDir, key: ClusterKey): KnownCluster | undefined =>
  readClusterRecord(labDir).known.find((cluster) => isSame(cluster, key));

/** What has changed of it; without anything, that it was agreed to. */
export function remember(
  labDir: LabDir,
  key: ClusterKey,
  changes: Partial<Omit<KnownCluster, keyof ClusterKey>> = {},
): void {
  const { current, known } = readClusterRecord(labDir);
  const before = known.find((cluster) => isSame(cluster, key)) ?? { namespaces: [], installedMesh: false };
  const next: KnownCluster = { ...before, ...changes, context: key.context, server: key.server };
  const others = known.filter((cluster) => !isSame(cluster, key));
  const record: ClusterRecord = { current, known: [...others, next] };
  writeJson(fileOf(labDir), record);
}

/** @throws LabError when labs have left something in the one that is in use now */
export function makeCurrent(labDir: LabDir, key: ClusterKey): void {
  const record = readClusterRecord(labDir);
  const { current } = record;
  const used = current === undefined ? undefined : findKnown(labDir, current);
  if (used !== undefined && !isSame(used, key) && (used.namespaces.length > 0 || used.installedMesh)) {
    throw new LabError('OTHER_CLUSTER', `The labs are in the cluster of context "${used.context}"`, {
      hint: 'npm run down removes them there; then the same command again',
    });
  }
  writeJson(fileOf(labDir), { ...record, current: { context: key.context, server: key.server } });
}
