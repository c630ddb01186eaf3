// Which engine: the flag, else LAB_ENGINE, else the one that is up, else the answer at a terminal, else the sandbox.

import { readEngine } from '../cli/lab-command.ts';
import type { LabDir } from '../state/lab-dir.ts';
import type { EngineName } from './engine.ts';
import { readEngineRecord, writeEngineRecord } from './record.ts';

export interface ChooseOptions {
  readonly flag: EngineName | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly labDir: LabDir;
  /** Asks whoever sits at the terminal; undefined where nobody can answer, or where a question would be out of place. */
  readonly ask: (() => Promise<EngineName | undefined>) | undefined;
}

/** @throws LabError for a name that is unknown */
export async function chooseEngine({ flag, env, labDir, ask }: ChooseOptions): Promise<EngineName> {
  if (flag !== undefined) return flag;
  const fromEnv = env['LAB_ENGINE'];
  if (fromEnv !== undefined && fromEnv !== '') return readEngine(fromEnv, 'LAB_ENGINE');
  const { up, chosen } = readEngineRecord(labDir);
  const known = up ?? chosen;
  if (known !== undefined) return known;
  const answer = await ask?.();
  if (answer === undefined) return 'sandbox';
  writeEngineRecord(labDir, { chosen: answer });
  return answer;
}
