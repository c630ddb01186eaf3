// Which of the six ports lead somewhere in a cluster of the user's. Nothing is installed where one does not: checks of
// labs ask the proxies themselves for what Prometheus would count (a test looks that none asks an addon).

import type { ClusterClient } from '../../cluster/client.ts';
import { portNames } from '../ports.ts';
import { forwardTargets, resolveTarget } from './forward/targets.ts';

/** Names of ports, the gateway's left out. */
export interface Addons {
  readonly there: readonly string[];
  readonly missing: readonly string[];
}

export async function addonsThere(cluster: ClusterClient): Promise<Addons> {
  const found = await Promise.all(
    forwardTargets.map(async (target) => resolveTarget(cluster, target, () => 0)),
  );
  const addons = portNames.slice(1).map((name, index) => ({ name, kind: found[index + 1]?.kind }));
  return {
    there: addons.filter(({ kind }) => kind !== 'absent').map(({ name }) => name),
    missing: addons.filter(({ kind }) => kind === 'absent').map(({ name }) => name),
  };
}

/** Of those that are there, by name. */
export const addonUrls = ({ there }: Addons, portBase: number): Readonly<Record<string, string>> =>
  Object.fromEntries(there.map((name) => [name, `http://localhost:${portBase + indexOf(name)}`]));

const indexOf = (name: string): number => portNames.findIndex((each) => each === name);
