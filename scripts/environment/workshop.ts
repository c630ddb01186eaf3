// What every command needs to know of where it runs.

import { dirname } from 'node:path';
import { chooseEngine } from '../engine/choose.ts';
import type { Engine, EngineName } from '../engine/engine.ts';
import { openEngine } from '../engine/open-engine.ts';
import { readPortBase } from '../engine/ports.ts';
import { openLabDir, type LabDir } from '../state/lab-dir.ts';

export interface Workshop {
  readonly projectRoot: string;
  readonly labDir: LabDir;
  readonly portBase: number;
  readonly engine: Engine;
}

export interface WorkshopOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly engine: EngineName | undefined;
  /** Whether to ask for an engine when none was ever chosen. Only for commands that start one. @default false */
  readonly ask?: boolean;
  readonly signal: AbortSignal;
}

export const projectRoot: string = dirname(dirname(import.meta.dirname));

/** @throws LabError for a bad LAB_PORT_BASE or an engine that is not there */
export async function openWorkshop({ env, engine, ask, signal }: WorkshopOptions): Promise<Workshop> {
  const portBase = readPortBase(env);
  const labDir = openLabDir(projectRoot, env);
  const question = ask === true ? async () => askAtTerminal(env, signal) : undefined;
  const name = await chooseEngine({ flag: engine, env, labDir, ask: question });
  return { projectRoot, labDir, portBase, engine: openEngine(name, { labDir, projectRoot, portBase }) };
}

// Questions take a while to load, and most commands ask none.
async function askAtTerminal(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<EngineName | undefined> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  const [{ openUi }, { askEngine }] = await Promise.all([
    import('../learn/ui.ts'),
    import('../engine/ask.ts'),
  ]);
  return askEngine(openUi({ input: process.stdin, output: process.stdout, env }), signal);
}

/** The first line of every command that touches a cluster: which engine, and how to choose another. */
export const engineLine = ({ engine }: Workshop): string =>
  `Engine: ${engine.name}, ${engine.summary} (choose with --engine or LAB_ENGINE)`;
