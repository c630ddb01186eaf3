// How a command asks why checks of a lab are red.

import { relative, resolve } from 'node:path';
import { manifestFiles } from '../environment/apps.ts';
import type { Workshop } from '../environment/workshop.ts';
import { defaultPortBase } from '../engine/ports.ts';
import { LabError } from '../error.ts';
import type { CheckResult } from '../lab/checks/check.ts';
import { checksOf, type Lab, type Step } from '../lab/format/lab.ts';
import { readText } from '../lab/format/project-files.ts';
import type { Diagnosis } from '../lab/why/diagnosis.ts';
import type { IntendedOptions } from '../lab/why/intended.ts';
import type { AskWhy } from '../lab/why/why.ts';

/** With the same results, the red ones explained. */
export type Explain = (
  results: readonly CheckResult[],
  signal: AbortSignal,
) => Promise<readonly CheckResult[]>;

/** @param env of the learner's terminal; undefined where nobody works in one */
export function explainer(lab: Lab, workshop: Workshop, env?: NodeJS.ProcessEnv): Explain {
  let opened: AskWhy | undefined;
  return async (results, signal) => {
    opened ??= await openAskWhy(lab, workshop, env);
    const explained = [...results];
    for (const step of lab.steps) await explainStep(step, explained, opened, signal);
    return explained;
  };
}

/** Replaces the red results of the step's checks; a check is known by its title, which a lab has once. */
async function explainStep(
  step: Step,
  results: CheckResult[],
  ask: AskWhy,
  signal: AbortSignal,
): Promise<void> {
  const red = checksOf(step).flatMap(({ title, check }) => {
    const index = results.findIndex((result) => result.title === title && result.status !== 'pass');
    return index === -1 ? [] : [{ index, aim: check.aim }];
  });
  if (red.length === 0) return;
  const aims = red.map(({ aim }) => aim);
  const diagnoses = await ask(step, aims, signal).catch((error: unknown) => aims.map(() => notAsked(error)));
  for (const [position, { index }] of red.entries()) {
    const [result, why] = [results[index], diagnoses[position]];
    if (result !== undefined && why !== undefined) results[index] = { ...result, why };
  }
}

/** Why the cluster could not be asked. @throws what is no error for people */
function notAsked(error: unknown): Diagnosis {
  if (!(error instanceof LabError) || error.code === 'INTERRUPTED') throw error;
  const { code, message, hint = 'npm run status', evidence } = error;
  const cause = code === 'CONTEXT_LOST' ? 'elsewhere' : 'no-answer';
  return { rung: 'exists', cause, text: `${message}.`, fix: hint, evidence };
}

// The Kubernetes client and the mesh's translation take a while to load.
export async function openAskWhy(lab: Lab, workshop: Workshop, env?: NodeJS.ProcessEnv): Promise<AskWhy> {
  const [{ openWhy }, { readTerminal }] = await Promise.all([
    import('../lab/why/why.ts'),
    import('../environment/terminal.ts'),
  ]);
  return openWhy({
    lab,
    kubeconfig: workshop.labDir.kubeconfig,
    ...labFiles(lab, workshop),
    // A cluster of others is reached through a forward.
    ...(workshop.engine.shared !== true && { gatewayNodePort: defaultPortBase }),
    ...(env !== undefined && { terminal: readTerminal(env, workshop.labDir.kubeconfig) }),
  });
}

/** Where the lab's manifests are: those of its apps, and those its commands name. */
export const labFiles = (
  { apps }: Lab,
  { projectRoot, labsRoot }: Pick<Workshop, 'projectRoot' | 'labsRoot'>,
): Omit<IntendedOptions, 'step'> => ({
  baseFiles: manifestFiles(projectRoot, apps).map((file) => relative(labsRoot, file)),
  read: (path) => readText(resolve(labsRoot, path.replace(/^\$\{?MESH_WORKSHOP\}?(?=\/)/, projectRoot))),
});
