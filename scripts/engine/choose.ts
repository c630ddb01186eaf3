// Which engine: the flag, else LAB_ENGINE, else the embedded sandbox.

import { readEngine } from '../cli/lab-command.ts';
import { LabError } from '../error.ts';
import type { LabDir } from '../state/lab-dir.ts';
import type { Engine, EngineName } from './engine.ts';
import { sandboxEngine } from './sandbox/sandbox-engine.ts';

export interface ChooseOptions {
  readonly flag: EngineName | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly labDir: LabDir;
  readonly projectRoot: string;
  readonly portBase: number;
}

/** @throws LabError for a name that is unknown, or an engine that this version does not have */
export function chooseEngine({ flag, env, labDir, projectRoot, portBase }: ChooseOptions): Engine {
  const fromEnv = env['LAB_ENGINE'];
  const name =
    flag ?? (fromEnv === undefined || fromEnv === '' ? 'sandbox' : readEngine(fromEnv, 'LAB_ENGINE'));
  if (name === 'sandbox') return sandboxEngine({ labDir, projectRoot, portBase });
  throw new LabError('NO_ENGINE', `The ${name} engine is not part of this version`, {
    hint: 'use the embedded one: --engine sandbox',
  });
}
