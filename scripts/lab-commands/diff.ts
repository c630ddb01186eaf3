// `npm run lab N diff`: the cluster against the lab as it should be where the learner is.

import { openApi } from '../cluster/api.ts';
import { chaosIn } from '../cluster/chaos.ts';
import { openCluster } from '../cluster/client.ts';
import { printHanging } from '../cli/hanging.ts';
import type { LabFlags } from '../cli/lab-command.ts';
import { currentInventory, recordsOf } from '../environment/lab-start.ts';
import { openLibrary } from '../environment/library.ts';
import { requireUp } from '../environment/require-up.ts';
import { engineLine, openWorkshop, type Workshop } from '../environment/workshop.ts';
import type { Lab } from '../lab/format/lab.ts';
import { loadLab } from '../lab/format/labs.ts';
import { compareInventories, isSame } from '../lab/inventory/compare.ts';
import { titleOf } from '../lab/inventory/inventory.ts';
import { makerOf, type StepRecord } from '../lab/inventory/records.ts';
import { showDifference } from '../lab/inventory/show-inventory.ts';
import { chaosDifferences, effectOf, type ChaosDifference, type Order } from '../lab/why/chaos.ts';
import { intendedBy } from '../lab/why/intended.ts';
import { isCurrent } from '../state/inventories.ts';
import { readProgress } from '../state/progress.ts';
import { labFiles } from './ask-why.ts';
import { notRecorded } from './not-recorded.ts';

/** Exit code 0: nothing differs. */
export async function diff(number: number, flags: LabFlags, signal: AbortSignal): Promise<number> {
  const { env } = process;
  const lab = loadLab(openLibrary(env), number);
  const workshop = await openWorkshop({
    env,
    ...flags,
    signal,
  });
  const { labDir } = workshop;
  await requireUp(workshop, number, 'compare', signal);
  using api = await openApi(labDir.kubeconfig, signal);
  const records = await recordsOf(api, workshop, lab);
  const { done } = readProgress(labDir, number) ?? { done: [] };
  const expected = records.find(({ step }) => step?.id === done.at(-1));
  if (expected === undefined || !isCurrent(labDir, lab)) throw notRecorded(lab, done);
  const difference = compareInventories(expected.inventory, await currentInventory(api, workshop, lab));
  const programs = await programsThatDiffer(lab, workshop, expected, signal);
  const same = isSame(difference) && programs.length === 0;
  if (flags.json) {
    const { missing, extra, changed } = difference;
    const report = {
      lab: number,
      after: expected.step?.id ?? null,
      missing: missing.map(titleOf),
      extra: extra.map(titleOf),
      changed: changed.map(({ expected: { kind }, found, fields }) => ({
        object: titleOf(found),
        fields: kind === 'Secret' ? fields.map(({ path }) => ({ path })) : fields,
      })),
      programs: programs.map(({ pod, now, wanted }) => ({
        pod: `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`,
        expected: wanted ?? null,
        found: now ?? null,
      })),
    };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return same ? 0 : 1;
  }
  const where = placeOf(lab, expected);
  const lines = same
    ? [`The cluster is as lab ${number} ${where}.`]
    : [
        `The cluster differs from lab ${number} as it ${where}:`,
        ...showDifference(difference, { makerOf: (object) => makerOf(object, records) }),
        ...programs.flatMap(programLines),
        `Next: ${next(lab, expected)}`,
      ];
  for (const line of [engineLine(workshop), ...lines]) printHanging(process.stdout, line);
  return same ? 0 : 1;
}

/** Chaos is ordered in a program, and no object shows it. */
async function programsThatDiffer(
  lab: Lab,
  workshop: Workshop,
  { step }: StepRecord,
  signal: AbortSignal,
): Promise<readonly ChaosDifference[]> {
  const done = lab.steps.findIndex(({ id }) => id === step?.id);
  const { chaos } = intendedBy(lab, { ...labFiles(lab, workshop), step: done });
  const seen = await chaosIn(openCluster(workshop.labDir.kubeconfig), lab.namespaces, signal);
  return chaosDifferences(seen, chaos, lab.namespaces);
}

const programLines = ({ pod, now, wanted }: ChaosDifference): readonly string[] => [
  `changed  the program in Pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name}, by orders at /blowup`,
  `             lab:     ${chaosText(wanted)}`,
  `             cluster: ${chaosText(now)}`,
];

const chaosText = (order: Order | undefined): string =>
  order === undefined ? 'no chaos' : `it ${effectOf(order)}`;

function placeOf({ steps }: Lab, { step }: StepRecord): string {
  if (step === undefined) return 'begins';
  return `is after step ${steps.findIndex(({ id }) => id === step.id) + 1}, ${step.title}`;
}

function next({ lab, steps }: Lab, { step }: StepRecord): string {
  const position = steps.findIndex(({ id }) => id === step?.id) + 2;
  if (step === undefined) return `npm run lab ${lab} reset puts it back`;
  return position > steps.length
    ? `npm run lab ${lab} reset goes back to the start`
    : `npm run lab ${lab} goto ${position} puts it back`;
}
