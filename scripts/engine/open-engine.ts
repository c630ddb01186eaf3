// An engine by its name.

import type { LabDir } from '../state/lab-dir.ts';
import type { Track } from '../tools/releases.ts';
import type { Engine, EngineName } from './engine.ts';
import { kindEngine } from './kind/kind-engine.ts';
import { noChoice, type ClusterChoice } from './cluster/choice.ts';
import { clusterEngine } from './cluster/cluster-engine.ts';
import { sandboxEngine } from './sandbox/sandbox-engine.ts';

export interface EngineOptions {
  readonly labDir: LabDir;
  readonly projectRoot: string;
  readonly portBase: number;
  readonly env: NodeJS.ProcessEnv;
  /** Of the kind engine. */
  readonly track?: Track | undefined;
  readonly extras?: readonly string[] | undefined;
  /** Of the cluster engine: what flags say. */
  readonly cluster?: ClusterChoice;
}

export function openEngine(name: EngineName, options: EngineOptions): Engine {
  switch (name) {
    case 'sandbox':
      return sandboxEngine(options);
    case 'kind':
      return kindEngine({ track: undefined, extras: undefined, ...options });
    case 'cluster':
      return clusterEngine({ ...options, ...(options.cluster ?? noChoice) });
  }
}
