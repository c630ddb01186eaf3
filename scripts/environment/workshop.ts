// What every command needs to know of where it runs.

import { dirname } from 'node:path';
import { chooseEngine } from '../engine/choose.ts';
import type { Engine, EngineName } from '../engine/engine.ts';
import { readPortBase } from '../engine/ports.ts';
import { openLabDir, type LabDir } from '../state/lab-dir.ts';

export interface Workshop {
  readonly projectRoot: string;
  readonly labDir: LabDir;
  readonly portBase: number;
  readonly engine: Engine;
}

export const projectRoot: string = dirname(dirname(import.meta.dirname));

/** @throws LabError for a bad LAB_PORT_BASE or an engine that is not there */
export function openWorkshop(env: NodeJS.ProcessEnv, engine?: EngineName): Workshop {
  const portBase = readPortBase(env);
  const labDir = openLabDir(projectRoot, env);
  return {
    projectRoot,
    labDir,
    portBase,
    engine: chooseEngine({ flag: engine, env, labDir, projectRoot, portBase }),
  };
}

/** The first line of every command that touches a cluster: which engine, and how to choose another. */
export const engineLine = ({ engine }: Workshop): string =>
  `Engine: ${engine.name}, ${engine.summary} (choose with --engine or LAB_ENGINE)`;
