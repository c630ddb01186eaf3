// Everything a lab runs on: its text, a prepared cluster, one bash, and the circumstances of its checks.

import { systemClock } from '../../sandbox/clock/clock.ts';
import { labEnv } from '../environment/lab-env.ts';
import { openLibrary } from '../environment/library.ts';
import { prepare } from '../environment/prepare.ts';
import type { Workshop } from '../environment/workshop.ts';
import { provideKubectl } from '../kubectl/provide.ts';
import type { CheckContext } from '../lab/checks/check.ts';
import type { Lab } from '../lab/format/lab.ts';
import { listLabs } from '../lab/format/labs.ts';
import { LabShell } from '../lab/shell/shell.ts';

export interface StageOptions {
  readonly lab: Lab;
  readonly workshop: Workshop;
  /** True: what any lab left in the cluster is removed first. */
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
  const { labDir, projectRoot, portBase } = workshop;
  const kubectl = await provideKubectl(labDir, signal);
  const needs = { apps: lab.apps, namespaces: ownNamespaces(env) };
  await prepare({ workshop, needs, clean, output, signal });
  const shellEnv = labEnv({ labDir, env, path: kubectl.path });
  const shell = await LabShell.open({ env: shellEnv, cwd: projectRoot });
  return {
    shell,
    checks: { kubeconfig: labDir.kubeconfig, portBase, env: shellEnv, cwd: projectRoot },
    clock: systemClock,
    notice: kubectl.notice,
    [Symbol.asyncDispose]: async () => shell.close(),
  };
}

/** The namespaces of all labs: none starts on what another left. */
export function ownNamespaces(env: NodeJS.ProcessEnv): readonly string[] {
  const labs = listLabs(openLibrary(env));
  return [...new Set(labs.flatMap(({ lab }) => lab?.namespaces ?? []))].toSorted();
}
