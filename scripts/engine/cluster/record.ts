// What is remembered of the user's clusters: which one is in use, which were agreed to, what is ours there.

import { join } from 'node:path';
import { readJson, writeJson } from '../../state/json-file.ts';
import type { LabDir } from '../../state/lab-dir.ts';

export interface KnownCluster {
  readonly context: string;
  /** With another server, the name of a context means another cluster. */
  readonly server: string;
  /** Namespaces of labs that were not there when we first looked: who makes them since then are the labs. */
  readonly namespaces: readonly string[];
  /** True when `--install-mesh` put Istio there. */
  readonly installedMesh: boolean;
}

export interface ClusterRecord {
  /** Name of the context in use. */
  readonly current: string | undefined;
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

type Key = Pick<KnownCluster, 'context' | 'server'>;

const isSame = (one: Key, other: Key): boolean =>
  one.context === other.context && one.server === other.server;

export const findKnown = (labDir: LabDir, key: Key): KnownCluster | undefined =>
  readClusterRecord(labDir).known.find((cluster) => isSame(cluster, key));

/** Makes it the one in use, with what has changed of it. */
export function remember(
  labDir: LabDir,
  key: Key,
  changes: Partial<Omit<KnownCluster, keyof Key>> = {},
): void {
  const { known } = readClusterRecord(labDir);
  const before = known.find((cluster) => isSame(cluster, key)) ?? { namespaces: [], installedMesh: false };
  const next: KnownCluster = { ...before, ...changes, context: key.context, server: key.server };
  const record: ClusterRecord = {
    current: key.context,
    known: [...known.filter((cluster) => !isSame(cluster, key)), next],
  };
  writeJson(fileOf(labDir), record);
}
