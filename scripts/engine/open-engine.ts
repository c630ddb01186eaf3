// An engine by its name.

import { LabError } from '../error.ts';
import type { LabDir } from '../state/lab-dir.ts';
import type { Engine, EngineName } from './engine.ts';
import { sandboxEngine } from './sandbox/sandbox-engine.ts';

export interface EngineOptions {
  readonly labDir: LabDir;
  readonly projectRoot: string;
  readonly portBase: number;
}

/** @throws LabError for an engine that this version does not have */
export function openEngine(name: EngineName, options: EngineOptions): Engine {
  switch (name) {
    case 'sandbox':
      return sandboxEngine(options);
    case 'kind':
    case 'cluster':
      throw new LabError('NO_ENGINE', `The ${name} engine is not part of this version`, {
        hint: 'use the embedded one: --engine sandbox',
      });
  }
}
