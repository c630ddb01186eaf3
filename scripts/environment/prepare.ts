// The set-up of a lab as one graph of tasks: a look at the machine, the engine's own, a clean start, apps.

import { requireHealthy } from '../doctor/diagnose.ts';
import { askerFor } from './asker.ts';
import { writeEngineRecord } from '../engine/record.ts';
import { setUp } from '../setup/set-up.ts';
import type { SetUpTask } from '../setup/task.ts';
import type { Timeline } from '../setup/timeline.ts';
import { imagesOfLab } from './images-of-lab.ts';
import { requireAlone } from './require-alone.ts';
import type { Workshop } from './workshop.ts';

/** What a lab asks of its environment, from its front matter. */
export interface Needs {
  readonly apps: readonly string[];
  /** Removed on a clean start. */
  readonly namespaces: readonly string[];
  /** Files that its commands apply; those that are not there are left out. */
  readonly manifests: readonly string[];
}

/** Of whoever wants a cluster, and nothing in it. */
export const noNeeds: Needs = { apps: [], namespaces: [], manifests: [] };

export interface PrepareOptions {
  readonly workshop: Workshop;
  readonly needs: Needs;
  /** True: the lab's namespaces are deleted first. */
  readonly clean: boolean;
  /** `quiet` prints nothing: for --json. */
  readonly output: 'visible' | 'quiet';
  readonly signal: AbortSignal;
  readonly onTimeline?: (timeline: Timeline) => void;
}

/** Resolves with the cluster ready for the lab. Safe to repeat. @throws LabError of the first task that failed */
export async function prepare(options: PrepareOptions): Promise<void> {
  const { workshop, needs, signal } = options;
  await requireAlone(workshop, signal);
  await workshop.engine.confirm?.(options.output === 'visible' ? askerFor(signal) : undefined);
  const images = await imagesOfLab(workshop, needs);
  await setUp(tasksOf(options, images), options);
}

function tasksOf(
  { workshop, needs, clean }: PrepareOptions,
  images: readonly string[],
): readonly SetUpTask[] {
  const machine = machineTask(workshop, images);
  // Looked at before anything slow is started.
  const engine = workshop.engine
    .setUp({ images, namespaces: needs.namespaces })
    .map((task) => (task.needs.length === 0 ? { ...task, needs: [machine.id] } : task));
  const cleanStart = clean && needs.namespaces.length > 0 ? [cleanStartTask(workshop, needs.namespaces)] : [];
  const apps = needs.apps.length > 0 ? [appsTask(workshop, needs.apps, cleanStart)] : [];
  return [machine, ...engine, ...cleanStart, ...apps];
}

const programs = new Set(['bash', 'curl', 'kubectl', 'docker']);

const machineTask = (workshop: Workshop, images: readonly string[]): SetUpTask => ({
  id: 'machine',
  title: 'Programs on this machine',
  needs: [],
  run: async ({ signal, note }) => {
    const findings = await requireHealthy(workshop, images, signal);
    // Before it is up, so that an interrupted start is gone on with; not where it never can be.
    writeEngineRecord(workshop.labDir, { up: workshop.engine.name });
    // Of kubectl whoever brings the stand-in tells.
    const warnings = findings.filter(({ id, status }) => status === 'warn' && id !== 'kubectl');
    for (const { detail } of warnings) note(`${detail} (npm run doctor says more)`);
    const found = findings.filter(({ id, status }) => status === 'ok' && programs.has(id));
    return `Programs: ${found.map(({ id }) => id).join(', ')}`;
  },
});

const cleanStartTask = (workshop: Workshop, namespaces: readonly string[]): SetUpTask => ({
  id: 'clean-start',
  title: 'Clean start',
  needs: ['api'],
  run: async ({ signal }) => {
    const { cleanStart } = await loadDeploy();
    return `Clean start: ${await cleanStart(workshop, namespaces, signal)}`;
  },
});

const appsTask = (workshop: Workshop, apps: readonly string[], before: readonly SetUpTask[]): SetUpTask => ({
  id: 'apps',
  title: `Apps: ${apps.join(', ')}`,
  needs: ['images', 'mesh', ...before.map(({ id }) => id)],
  run: async ({ signal }) => {
    const { deployApps } = await loadDeploy();
    await deployApps(workshop, apps, signal);
    return `Apps: ${apps.join(', ')} ${apps.length === 1 ? 'is' : 'are'} ready`;
  },
});

// The Kubernetes client takes half a second to load: `npm run up` has no use for it.
const loadDeploy = async (): Promise<typeof import('./deploy.ts')> => import('./deploy.ts');
