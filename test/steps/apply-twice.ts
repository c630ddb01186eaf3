// The whole lab, everything applied twice; then back to its start.

import { openApi } from '../../scripts/cluster/api.ts';
import { currentInventory, recordsOf, recordState } from '../../scripts/environment/lab-start.ts';
import { commandsOf, type Lab, type Step } from '../../scripts/lab/format/lab.ts';
import { compareInventories, isSame } from '../../scripts/lab/inventory/compare.ts';
import type { Inventory } from '../../scripts/lab/inventory/inventory.ts';
import { makerOf, type Records } from '../../scripts/lab/inventory/records.ts';
import { showDifference } from '../../scripts/lab/inventory/show-inventory.ts';
import { runStep } from '../../scripts/lab/run/run-step.ts';
import type { TestWorkshop } from '../e2e/support/workshop.ts';
import { openOn, runLabCommand, signal, type Proof } from './proof.ts';

export async function* proveApplyTwice(workshop: TestWorkshop, whole: Lab): AsyncGenerator<Proof> {
  await workshop.run('down', ['--purge']);
  const start = await runLabCommand(workshop, String(whole.lab), 'goto', '1');
  if (start.problem !== undefined) return yield { what: 'goto 1', problem: start.problem };
  const { lab, opened, stage } = await openOn(workshop, whole);
  await using _ = stage;
  using api = await openApi(opened.labDir.kubeconfig, signal);
  const now = async (): Promise<Inventory> => currentInventory(api, opened, lab);
  const context = { ...stage, onEvent: () => undefined, signal };
  for (const [index, step] of lab.steps.entries()) {
    const place = { index: index + 1, count: lab.steps.length };
    const { failure } = await runStep(step, { ...place, redFirst: true }, context);
    if (failure !== undefined) {
      return yield { what: `step ${index + 1}`, problem: [failure.message, ...failure.evidence] };
    }
    await recordState(opened, lab, step, signal);
    const once = await now();
    for (const line of appliesOf(step)) {
      const { exitCode, output } = await stage.shell.run(line, { timeoutMs: 30_000, signal });
      if (exitCode !== 0) yield { what: `apply again: ${line}`, problem: output.split('\n') };
    }
    const problem = difference(once, await now(), []);
    if (problem !== undefined) yield { what: `apply twice in step ${index + 1}, ${step.title}`, problem };
  }
  yield { what: 'the whole lab, everything applied twice', problem: undefined };

  const records = await recordsOf(api, opened, lab);
  const { problem, seconds } = await runLabCommand(workshop, String(lab.lab), 'reset');
  const [begun] = records;
  const left =
    begun === undefined ? ['no start was recorded'] : difference(begun.inventory, await now(), records);
  yield { what: `reset from the end in ${seconds}`, problem: problem ?? left };
}

/** Applied by a line of its own, so that it can be again. */
const appliesOf = (step: Step): readonly string[] =>
  commandsOf(step).flatMap(({ text }) => text.split('\n').filter((line) => /^kubectl apply\b/.test(line)));

/** Leftovers with the steps that made them. */
function difference(expected: Inventory, found: Inventory, records: Records): readonly string[] | undefined {
  const compared = compareInventories(expected, found);
  if (isSame(compared)) return undefined;
  return showDifference(compared, { makerOf: (object) => makerOf(object, records) });
}
