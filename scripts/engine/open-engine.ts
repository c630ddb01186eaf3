// An engine by its name.

import { LabError } from '../error.ts';
import type { LabDir } from '../state/lab-dir.ts';
import type { Track } from '../tools/releases.ts';
import type { Engine, EngineName } from './engine.ts';
import { kindEngine } from './kind/kind-engine.ts';
import { sandboxEngine } from './sandbox/sandbox-engine.ts';

export interface EngineOptions {
  readonly labDir: LabDir;
  readonly projectRoot: string;
  readonly portBase: number;
  readonly env: NodeJS.ProcessEnv;
  /** Of the kind engine. */
  readonly track?: Track | undefined;
  readonly extras?: readonly string[] | undefined;
}

/** @throws LabError for an engine that this version does not have */
export function openEngine(name: EngineName, options: EngineOptions): Engine {
  switch (name) {
    case 'sandbox':
      return sandboxEngine(options);
    case 'kind':
      return kindEngine({ track: undefined, extras: undefined, ...options });
    case 'cluster':
      throw new LabError('NO_ENGINE', `The ${name} engine is not part of this version`, {
        hint: 'use the embedded one: --engine sandbox',
      });
  }
}
