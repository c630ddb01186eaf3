// Flags about a cluster of the user's, which every command with an engine takes.

import type { ClusterChoice } from '../engine/cluster/choice.ts';

export const clusterFlags = {
  context: { type: 'string' },
  yes: { type: 'boolean' },
  'install-mesh': { type: 'boolean' },
} as const;

export const clusterFlagNames = [
  'context',
  'yes',
  'install-mesh',
] as const satisfies readonly (keyof typeof clusterFlags)[];

export function readClusterChoice(values: Readonly<Record<string, unknown>>): ClusterChoice {
  const { context, yes, 'install-mesh': installMesh } = values;
  return {
    context: typeof context === 'string' ? context : undefined,
    yes: yes === true,
    installMesh: installMesh === true,
  };
}
