// Everything a lab runs on: its text, a prepared cluster, one bash, and the circumstances of its checks.

import { systemClock } from '../../sandbox/clock/clock.ts';
import { labEnv } from '../environment/lab-env.ts';
import { openLibrary } from '../environment/library.ts';
import { noNeeds, prepare, type Needs } from '../environment/prepare.ts';
import type { Workshop } from '../environment/workshop.ts';
import { provideKubectl } from '../kubectl/provide.ts';
import type { CheckContext } from '../lab/checks/check.ts';
import type { Lab } from '../lab/format/lab.ts';
import { listLabs } from '../lab/format/labs.ts';
import { manifestsOf } from '../lab/format/manifests-of.ts';
import { LabShell } from '../lab/shell/shell.ts';
import { hasStart } from '../state/inventories.ts';

export interface StageOptions {
  readonly lab: Lab;
  readonly workshop: Workshop;
  /** True: what any lab left in the cluster is removed first, and the lab's start is made and recorded. */
  readonly clean: boolean;
  readonly output: 'visible' | 'quiet';
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

export interface Stage extends AsyncDisposable {
  readonly shell: LabShell;
  readonly checks: Omit<CheckContext, 'signal' | 'onProgress'>;
  readonly clock: typeof systemClock;
  /** Said once, when something of the machine was replaced. */
  readonly notice: string | undefined;
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const { lab, workshop, clean, output, env, signal } = options;
  // A lab that goes on has its apps, and they may no longer be as they were at its start.
  const needs = clean || !hasStart(workshop.labDir, lab) ? needsOf(lab, env) : noNeeds;
  await prepare({ workshop, needs, clean, output, signal });
  if (clean) {
    const { recordState } = await import('../environment/lab-start.ts');
    await recordState(workshop, lab, undefined, signal);
  }
  return setStage(workshop, env, signal);
}

/** A bash and the circumstances of checks, for a cluster that is prepared. */
export async function setStage(
  { labDir, labsRoot, portBase, engine }: Workshop,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Stage> {
  const kubectl = await provideKubectl(labDir, engine.path, signal);
  const shellEnv = labEnv({ labDir, env, path: kubectl.path });
  const shell = await LabShell.open({ env: shellEnv, cwd: labsRoot });
  return {
    shell,
    checks: {
      kubeconfig: labDir.kubeconfig,
      portBase,
      env: shellEnv,
      cwd: labsRoot,
      ...(engine.settleMs !== undefined && { settleMs: engine.settleMs }),
    },
    clock: systemClock,
    notice: kubectl.notice,
    [Symbol.asyncDispose]: async () => shell.close(),
  };
}

/** What a lab asks for: its apps, and the images of the manifests that it applies on its way. */
export function needsOf(lab: Lab, env: NodeJS.ProcessEnv): Needs {
  return { apps: lab.apps, namespaces: ownNamespaces(env), manifests: manifestsOf(lab) };
}

/** The namespaces of all labs: none starts on what another left. */
function ownNamespaces(env: NodeJS.ProcessEnv): readonly string[] {
  const labs = listLabs(openLibrary(env));
  return [...new Set(labs.flatMap(({ lab }) => lab?.namespaces ?? []))].toSorted();
}
