// `npm run lab N why`: looks at the checks of the step where the learner is, and explains the red ones.

import { hanging, widthOf } from '../cli/hanging.ts';
import type { LabFlags } from '../cli/lab-command.ts';
import { labEnv } from '../environment/lab-env.ts';
import { openLibrary } from '../environment/library.ts';
import { requireUp } from '../environment/require-up.ts';
import { openWorkshop } from '../environment/workshop.ts';
import { provideKubectl } from '../kubectl/provide.ts';
import type { CheckResult } from '../lab/checks/check.ts';
import { checksOf, type Lab, type Step } from '../lab/format/lab.ts';
import { loadLab } from '../lab/format/labs.ts';
import { whyLines } from '../lab/report/why-lines.ts';
import type { LabDir } from '../state/lab-dir.ts';
import { currentStep, readProgress } from '../state/progress.ts';
import { explainer } from './ask-why.ts';
import { atPortBase } from './at-port-base.ts';

export async function why(number: number, flags: LabFlags, signal: AbortSignal): Promise<number> {
  const { env } = process;
  const workshop = await openWorkshop({
    env,
    ...flags,
    signal,
  });
  const { labDir, portBase, labsRoot, engine } = workshop;
  const lab = atPortBase(loadLab(openLibrary(env), number), portBase);
  await requireUp(workshop, number, 'look at', signal);
  const step = stepOf(lab, labDir);
  const { path } = await provideKubectl(labDir, engine.path, signal);
  const { kubeconfig } = labDir;
  const context = { kubeconfig, portBase, env: labEnv({ labDir, env, path }), cwd: labsRoot, signal };
  const seen: CheckResult[] = [];
  for (const { check } of checksOf(step)) seen.push(await check.run(context, 'once'));
  const results = await explainer(lab, workshop, env)(seen, signal);
  process.stdout.write(flags.json ? json(step, results) : `${text(lab, step, results)}\n`);
  return 0;
}

/** The first that is not done; of a lab that is done, the last. */
function stepOf(lab: Lab, labDir: LabDir): Step {
  const step = lab.steps.at(currentStep(lab.steps, readProgress(labDir, lab.lab)?.done ?? []));
  if (step === undefined) throw new Error(`Lab ${lab.lab} has no steps`);
  return step;
}

function json({ id, title }: Step, results: readonly CheckResult[]): string {
  return `${JSON.stringify({ step: { id, title }, checks: results }, null, 2)}\n`;
}

function text(lab: Lab, step: Step, results: readonly CheckResult[]): string {
  const index = lab.steps.indexOf(step);
  const head = `Step ${index + 1} of ${lab.steps.length}: ${step.title}`;
  const red = results.filter(({ status }) => status !== 'pass');
  if (results.length === 0) return `${head}\nThis step has no checks.`;
  if (red.length === 0) {
    return `${head}\nNothing is red: ${results.length === 1 ? 'its check is' : `all ${results.length} checks are`} green.`;
  }
  return [head, ...red.map(redText)].join('\n\n');
}

const redText = ({ title, observed, expected, reason, why: diagnosis }: CheckResult): string =>
  [
    `✖ ${title}`,
    `  seen:     ${observed}`,
    `  expected: ${expected}`,
    ...(diagnosis === undefined
      ? [`  why:      ${reason ?? 'unknown'}`]
      : whyLines(diagnosis).map((line) => `  ${line}`)),
  ]
    .map((line) => hanging(line, widthOf(process.stdout)))
    .join('\n');
