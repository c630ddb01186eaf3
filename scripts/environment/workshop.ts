// What every command needs to know of where it runs.

import { chooseEngine } from '../engine/choose.ts';
import { noChoice, type ClusterChoice } from '../engine/cluster/choice.ts';
import type { Engine, EngineName } from '../engine/engine.ts';
import { openEngine } from '../engine/open-engine.ts';
import { readTrackName } from '../engine/kind/track.ts';
import { readPortBase } from '../engine/ports.ts';
import { LabError } from '../error.ts';
import type { Track } from '../tools/releases.ts';
import { projectRoot } from './project-root.ts';
import { labsPlace } from './labs-place.ts';
import { openLabDir, type LabDir } from '../state/lab-dir.ts';

export interface Workshop {
  readonly projectRoot: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where commands of labs run, see LabsPlace. */
  readonly labsRoot: string;
  readonly labDir: LabDir;
  readonly portBase: number;
  readonly engine: Engine;
}

export interface WorkshopOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly engine: EngineName | undefined;
  /** Of the kind engine; without it LAB_TRACK counts. */
  readonly track?: Track | undefined;
  /** Addons beside those that are always there. */
  readonly extras?: readonly string[] | undefined;
  /** Of the cluster engine. */
  readonly cluster?: ClusterChoice;
  /** Whether to ask for an engine when none was ever chosen. Only for commands that start one. @default false */
  readonly ask?: boolean;
  readonly signal: AbortSignal;
}

/** @throws LabError for a bad LAB_PORT_BASE or an engine that is not there */
export async function openWorkshop(options: WorkshopOptions): Promise<Workshop> {
  const { env, engine: flag, cluster = noChoice, ask, signal } = options;
  const portBase = readPortBase(env);
  const labDir = openLabDir(projectRoot, env);
  const question = ask === true ? async () => askAtTerminal(env, signal) : undefined;
  const name = await chooseEngine({ flag, env, labDir, ask: question });
  requireFlagsOf(name, options);
  const kind = { track: options.track ?? trackOf(env), extras: options.extras };
  return {
    projectRoot,
    labsRoot: labsPlace(projectRoot, env).root,
    env,
    labDir,
    portBase,
    engine: openEngine(name, { labDir, projectRoot, portBase, env, cluster, ...kind }),
  };
}

/** LAB_TRACK, checked. */
export function trackOf(env: NodeJS.ProcessEnv): Track | undefined {
  const text = env['LAB_TRACK'];
  return text === undefined || text === '' ? undefined : readTrackName(text, 'LAB_TRACK');
}

/** A flag that would have no effect is a mistake. LAB_TRACK is none: it may be set for all commands of a terminal. */
function requireFlagsOf(name: EngineName, { track, extras = [], cluster = noChoice }: WorkshopOptions): void {
  const { context, yes, installMesh } = cluster;
  const given = [
    ['kind', '--track', track !== undefined],
    ['kind', '--with', extras.length > 0],
    ['cluster', '--context', context !== undefined],
    ['cluster', '--yes', yes],
    ['cluster', '--install-mesh', installMesh],
  ] as const;
  const wrong = given.find(([engine, , isGiven]) => isGiven && engine !== name);
  if (wrong === undefined) return;
  const [engine, flag] = wrong;
  throw new LabError('BAD_FLAG', `${flag} is for the ${engine} engine, and the engine is ${name}`, {
    hint: `add --engine ${engine}, or leave ${flag} out`,
  });
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
