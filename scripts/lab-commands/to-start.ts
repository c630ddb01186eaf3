// Back to the start of a lab, from nothing or from whatever was done to the cluster.

import type { Restored } from '../cluster/restore.ts';
import { recordState, returnToStart } from '../environment/lab-start.ts';
import { noNeeds, prepare } from '../environment/prepare.ts';
import type { Workshop } from '../environment/workshop.ts';
import { LabError } from '../error.ts';
import type { Lab } from '../lab/format/lab.ts';
import { isSame, type Difference } from '../lab/inventory/compare.ts';
import { titleOf, type InventoryObject } from '../lab/inventory/inventory.ts';
import { makerOf, type Records } from '../lab/inventory/records.ts';
import { showDifference, showObject, withoutContents } from '../lab/inventory/show-inventory.ts';
import { forgetSteps, hasStart } from '../state/inventories.ts';
import { forgetProgress } from '../state/progress.ts';
import { needsOf } from './stage.ts';

export interface ToStartOptions {
  readonly workshop: Workshop;
  readonly lab: Lab;
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
  /** Of the set-up; `quiet` where its lines are on the screen already. @default 'visible' */
  readonly setUp?: 'visible' | 'quiet';
  readonly signal: AbortSignal;
}

/** Says what was undone. @throws LabError naming what could not be, and the steps that made it */
export async function toStart(options: ToStartOptions): Promise<void> {
  const { workshop, lab, signal } = options;
  const found = hasStart(workshop.labDir, lab) ? await restoreStart(options) : undefined;
  if (found === undefined) {
    await prepare({ workshop, needs: needsOf(lab, options.env), clean: true, output: 'visible', signal });
    await recordState(workshop, lab, undefined, signal);
  }
  forgetProgress(workshop.labDir, lab.lab);
  forgetSteps(workshop.labDir, lab);
  if (found !== undefined) requireNothingLeft(lab, found, found.records);
}

/** undefined: the start was recorded in another cluster, or of other apps. */
async function restoreStart({
  workshop,
  lab,
  print,
  setUp = 'visible',
  signal,
}: ToStartOptions): Promise<(Restored & { readonly records: Records }) | undefined> {
  await prepare({ workshop, needs: noNeeds, clean: false, output: setUp, signal });
  const startedAt = performance.now();
  const restored = await returnToStart(workshop, lab, signal);
  if (restored === undefined) return undefined;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  print(`✔ Start of lab ${lab.lab}: ${count(restored.undone)}, new pods [${seconds} s]`);
  for (const line of undoneLines(restored.undone, restored.records)) print(`  ${line}`);
  return restored;
}

function count({ extra, missing, changed }: Difference): string {
  const parts = [
    [withoutContents(extra).length, 'removed'],
    [withoutContents(missing).length, 'made again'],
    [changed.length, 'put back'],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, done]) => `${number} ${done}`);
  return said.length === 0 ? 'every object is as it was' : said.join(', ');
}

function undoneLines({ extra, missing, changed }: Difference, records: Records): readonly string[] {
  const line = (done: string, object: InventoryObject, all: readonly InventoryObject[]): string =>
    `${done.padEnd(10)}  ${showObject(object, all, { makerOf: (one) => makerOf(one, records) })}`;
  return [
    ...withoutContents(extra).map((object) => line('removed', object, extra)),
    ...withoutContents(missing).map((object) => line('made again', object, missing)),
    ...changed.map(({ expected, fields }) => {
      const paths = fields.map(({ path }) => path);
      const more = paths.length > 3 ? `, and ${paths.length - 3} more` : '';
      return `put back    ${titleOf(expected)}: ${paths.slice(0, 3).join(', ')}${more}`;
    }),
  ];
}

function requireNothingLeft({ lab }: Lab, { left }: Restored, records: Records): void {
  if (isSame(left)) return;
  throw new LabError('LEFTOVERS', `The cluster is not quite as lab ${lab} begins`, {
    evidence: showDifference(left, { makerOf: (object) => makerOf(object, records) }),
    hint: `npm run down -- --purge, then npm run lab ${lab}, begins in a new cluster`,
  });
}
