// Flags of the commands without words: up, down, status, doctor.

import { parseArgs } from 'node:util';
import type { EngineName } from '../engine/engine.ts';
import { LabError } from '../error.ts';
import { readEngine } from './lab-command.ts';

const all = {
  engine: { type: 'string' },
  json: { type: 'boolean' },
  purge: { type: 'boolean' },
} as const;

type FlagName = keyof typeof all;

export interface Flags {
  readonly engine: EngineName | undefined;
  readonly json: boolean;
  readonly purge: boolean;
}

/** @throws LabError for a word, or for a flag that the command does not have */
export function readFlags(command: string, known: readonly FlagName[], argv = process.argv.slice(2)): Flags {
  const options = Object.fromEntries(known.map((name) => [name, all[name]]));
  try {
    const { values } = parseArgs({ args: [...argv], options, allowPositionals: false });
    const { engine, json, purge } = values;
    return {
      engine: typeof engine === 'string' ? readEngine(engine, '--engine') : undefined,
      json: json === true,
      purge: purge === true,
    };
  } catch (error) {
    if (error instanceof LabError) throw error;
    const text = error instanceof Error ? error.message.split('. ')[0] : undefined;
    throw new LabError('BAD_FLAG', text ?? 'Unknown flag', {
      cause: error,
      hint: `npm run ${command} takes: ${known.map((name) => `--${name}`).join(', ')}`,
    });
  }
}
