// Flags of the commands without words: up, down, status, doctor.

import { parseArgs } from 'node:util';
import type { EngineName } from '../engine/engine.ts';
import type { ClusterChoice } from '../engine/cluster/choice.ts';
import { LabError } from '../error.ts';
import { readTrackName } from '../engine/kind/track.ts';
import type { Track } from '../tools/releases.ts';
import { clusterFlags, readClusterChoice } from './cluster-flags.ts';
import { readEngine } from './lab-command.ts';

const all = {
  engine: { type: 'string' },
  json: { type: 'boolean' },
  purge: { type: 'boolean' },
  timings: { type: 'string' },
  track: { type: 'string' },
  with: { type: 'string', multiple: true },
  ...clusterFlags,
} as const;

type FlagName = keyof typeof all;

export interface Flags {
  readonly engine: EngineName | undefined;
  readonly json: boolean;
  readonly purge: boolean;
  /** Path of the JSON file to write. */
  readonly timings: string | undefined;
  readonly track: Track | undefined;
  readonly with: readonly string[] | undefined;
  readonly cluster: ClusterChoice;
}

/** @throws LabError for a word, or for a flag that the command does not have */
export function readFlags(command: string, known: readonly FlagName[], argv = process.argv.slice(2)): Flags {
  const options = Object.fromEntries(known.map((name) => [name, all[name]]));
  try {
    const { values } = parseArgs({ args: [...argv], options, allowPositionals: false });
    const { engine, json, purge, timings, track } = values;
    return {
      engine: typeof engine === 'string' ? readEngine(engine, '--engine') : undefined,
      json: json === true,
      purge: purge === true,
      timings: typeof timings === 'string' ? timings : undefined,
      track: typeof track === 'string' ? readTrackName(track, '--track') : undefined,
      with: Array.isArray(values['with']) ? values['with'].map(String) : undefined,
      cluster: readClusterChoice(values),
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
