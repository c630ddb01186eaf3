// The set-up of a lab as a visible list of tasks: programs, engine, a clean start, apps.

import { Listr, type ListrTask } from 'listr2';
import { requirePrograms } from '../doctor/programs.ts';
import { TaskLogger } from './task-logger.ts';
import type { Workshop } from './workshop.ts';

/** What a lab asks of its environment, from its front matter. */
export interface Needs {
  readonly apps: readonly string[];
  /** Removed on a clean start. */
  readonly namespaces: readonly string[];
}

export interface PrepareOptions {
  readonly workshop: Workshop;
  readonly needs: Needs;
  /** True: the lab's namespaces are deleted first. */
  readonly clean: boolean;
  /** `quiet` prints nothing: for --json. */
  readonly output: 'visible' | 'quiet';
  readonly signal: AbortSignal;
}

/** Resolves with the cluster ready for the lab. Safe to repeat. @throws LabError of the first task that failed */
export async function prepare(options: PrepareOptions): Promise<void> {
  await new Listr(tasksOf(options), {
    concurrent: false,
    exitOnError: true,
    registerSignalListeners: false,
    renderer: options.output === 'quiet' ? 'silent' : 'default',
    fallbackRenderer: options.output === 'quiet' ? 'silent' : 'simple',
    rendererOptions: { collapseSubtasks: false, showErrorMessage: false, timer: timer() },
    fallbackRendererOptions: { logger: new TaskLogger({ useIcons: true }), timer: timer() },
  }).run();
}

const timer = (): {
  condition: (ms: number) => boolean;
  field: (ms: number) => string;
  format: () => (text?: string) => string;
} => ({
  condition: (ms) => ms >= 100,
  field: (ms) => `${(ms / 1000).toFixed(1)} s`,
  format:
    () =>
    (text = '') =>
      text,
});

// The Kubernetes client takes half a second to load: `npm run up` has no use for it.
const loadDeploy = async (): Promise<typeof import('./deploy.ts')> => import('./deploy.ts');

function tasksOf({ workshop, needs, clean, signal }: PrepareOptions): ListrTask[] {
  const { engine } = workshop;
  return [
    {
      title: 'Programs on this machine',
      task: async (_, task) => {
        const programs = await requirePrograms(signal);
        const found = programs.filter(({ version }) => version !== undefined).map(({ name }) => name);
        task.title = `Programs: ${found.join(', ')}`;
      },
    },
    {
      title: `Cluster (${engine.name})`,
      task: async (_, task) => {
        await engine.up(signal, (text) => {
          task.output = text;
        });
        task.title = `Cluster (${engine.name}): ready`;
      },
    },
    {
      title: 'Clean start',
      enabled: () => clean && needs.namespaces.length > 0,
      task: async (_, task) => {
        const { cleanStart } = await loadDeploy();
        const removed = await cleanStart(workshop, needs.namespaces, signal);
        const what = removed.length === 0 ? 'nothing to remove' : `${removed.join(', ')} removed`;
        task.title = `Clean start: ${what}`;
      },
    },
    {
      title: `Apps: ${needs.apps.join(', ')}`,
      enabled: () => needs.apps.length > 0,
      task: async (_, task) => {
        const { deployApps } = await loadDeploy();
        await deployApps(workshop, needs.apps, signal);
        task.title = `Apps: ${needs.apps.join(', ')} are ready`;
      },
    },
  ];
}
