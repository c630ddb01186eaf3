// `npm run lab N present`: a lab on a projector, from its start.

import { resolve } from 'node:path';
import { seededRandom, systemClock } from '../../sandbox/clock/clock.ts';
import { terminalMoves } from '../cli/terminal-moves.ts';
import type { LabFlags } from '../cli/lab-command.ts';
import { openLibrary } from '../environment/library.ts';
import { engineLine, openWorkshop, type Workshop } from '../environment/workshop.ts';
import { LabError } from '../error.ts';
import { loadLab } from '../lab/format/labs.ts';
import { readText } from '../lab/format/project-files.ts';
import { manifestViewer } from '../learn/manifest/view-manifest.ts';
import { openUi } from '../learn/ui.ts';
import { keyControls, wordControls } from '../present/controls.ts';
import { livePlayer, recordedPlayer, type Player } from '../present/player.ts';
import { present as show, type PresentOptions } from '../present/present.ts';
import { planOf, type Reached } from '../present/stage-clock.ts';
import { leaveStage, writeOnStage } from '../state/on-stage.ts';
import { readReached, readRehearsal, writeReached } from '../state/rehearsals.ts';
import { atPortBase } from './at-port-base.ts';
import { replaySteps } from './goto.ts';
import { openStage } from './stage.ts';
import { toStart } from './to-start.ts';

export interface PresentCommand {
  readonly lab: number;
  /** True: nothing is run, all comes from the recording. */
  readonly recorded: boolean;
}

export async function present(
  { lab: number, recorded }: PresentCommand,
  flags: LabFlags,
  signal: AbortSignal,
): Promise<number> {
  const { env } = process;
  const found = loadLab(openLibrary(env), number);
  const ui = openUi({ input: process.stdin, output: process.stdout, env });
  if (!ui.interactive) throw noTerminal(number);
  const workshop = await openWorkshop({
    env,
    ...flags,
    ask: !recorded,
    signal,
  });
  const lab = atPortBase(found, workshop.portBase);
  const report = readRehearsal(workshop.labDir, number);
  const recording = report === undefined ? undefined : recordedPlayer(report);
  if (recorded && recording === undefined) throw noRecording(number);
  const startedAt = Date.now();
  using controls = terminalMoves(process.stdout, env) ? keyControls(process.stdin, ui) : wordControls(ui);
  const common = {
    lab,
    ui,
    controls,
    recording,
    viewFile: manifestViewer({ read: (path) => readText(resolve(workshop.labsRoot, path)) }),
    plan: planOf(lab, { last: readReached(workshop.labDir, number), rehearsal: report }),
    onStep: (step: number) => writeOnStage(workshop.labDir, { lab: number, step, startedAt }),
    clock: systemClock,
    random: seededRandom(number),
    signal,
  };
  try {
    const reached =
      recorded && recording !== undefined
        ? await show({ ...common, ...offStage(recording) })
        : await onStage(common, workshop, env);
    if (Object.hasOwn(reached, 'end')) writeReached(workshop.labDir, number, reached);
  } catch (error) {
    throw error instanceof LabError && error.code === 'INTERRUPTED' ? stopped(number) : error;
  } finally {
    leaveStage(workshop.labDir);
  }
  return 0;
}

type Common = Omit<PresentOptions, 'player' | 'isClusterUp' | 'viewManifest' | 'goTo'>;

async function onStage(common: Common, workshop: Workshop, env: NodeJS.ProcessEnv): Promise<Reached> {
  const { lab, ui, signal } = common;
  ui.print(engineLine(workshop));
  await using stage = await openStage({ lab, workshop, clean: true, output: 'visible', env, signal });
  const [{ openCluster }, { lastApplied }] = await Promise.all([
    import('../cluster/client.ts'),
    import('../cluster/last-applied.ts'),
  ]);
  const cluster = openCluster(workshop.labDir.kubeconfig);
  const print = (line: string): void => ui.print(line);
  const way = { workshop, lab, env, print, setUp: 'quiet', signal } as const;
  return await show({
    ...common,
    player: livePlayer(stage),
    isClusterUp: async () => (await workshop.engine.status(signal)).state === 'up',
    viewManifest: manifestViewer({
      read: (path) => readText(resolve(workshop.labsRoot, path)),
      readBefore: async (object) => lastApplied(cluster, object),
    }),
    goTo: async (step) => {
      await toStart(way);
      await replaySteps(step, stage, way);
    },
  });
}

const offStage = (player: Player): Omit<PresentOptions, keyof Common> => ({
  player,
  isClusterUp: async () => Promise.resolve(false),
  viewManifest: async () => Promise.resolve(undefined),
  goTo: async () => Promise.resolve(),
});

const noTerminal = (lab: number): LabError =>
  new LabError('NO_TERMINAL', 'A lab is presented at a terminal, and there is none', {
    hint: `without one: npm run lab ${lab} rehearse`,
  });

/** A talk keeps no place. */
const stopped = (lab: number): LabError =>
  new LabError('INTERRUPTED', 'Stopped by Ctrl+C', {
    hint: `npm run lab ${lab} present begins again; j leads to any step`,
    exitCode: 130,
  });

const noRecording = (lab: number): LabError =>
  new LabError('NO_RECORDING', `Lab ${lab} was never rehearsed, so there is no recording of it`, {
    hint: `npm run lab ${lab} rehearse makes one`,
  });
