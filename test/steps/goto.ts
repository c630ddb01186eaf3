// `goto` from nothing, and the rest of the lab as verify demands it.

import type { Lab } from '../../scripts/lab/format/lab.ts';
import { runLab } from '../../scripts/lab/run/run-lab.ts';
import type { TestWorkshop } from '../e2e/support/workshop.ts';
import { openOn, runLabCommand, secondsOf, signal, type Proof } from './proof.ts';

export async function proveGoto(workshop: TestWorkshop, whole: Lab, index: number): Promise<Proof> {
  await workshop.run('down', ['--purge']);
  const step = String(index + 1);
  const { problem, seconds } = await runLabCommand(workshop, String(whole.lab), 'goto', step);
  const what = `goto ${step} from nothing in ${seconds}`;
  if (problem !== undefined) return { what, problem };
  const { lab, stage } = await openOn(workshop, whole);
  await using _ = stage;
  const rest = { ...lab, steps: lab.steps.slice(index) };
  const { failure, durationMs } = await runLab(
    rest,
    { redFirst: true },
    { ...stage, onEvent: () => undefined, signal },
  );
  return {
    what: `${what}, the rest of the lab in ${secondsOf(durationMs)}`,
    problem:
      failure === undefined
        ? undefined
        : [`${failure.at.file}:${failure.at.line}: ${failure.message}`, ...failure.evidence],
  };
}
