// `npm run test:steps [LAB …]`: every step of every lab is reached from nothing, and the lab goes on there to its end;
// what a lab applies can be applied again; and after a reset nothing of a lab is left.

import { listLabs } from '../../scripts/lab/format/labs.ts';
import { openLibrary } from '../../scripts/environment/library.ts';
import { TestWorkshop } from '../e2e/support/workshop.ts';
import { proveApplyTwice } from './apply-twice.ts';
import { proveGoto } from './goto.ts';
import type { Proof } from './proof.ts';

const chosen = new Set(process.argv.slice(2).map(Number));
const labs = listLabs(openLibrary({})).flatMap(({ lab }) => lab ?? []);
const wanted = labs.filter(({ lab }) => chosen.size === 0 || chosen.has(lab));
if (wanted.length === 0) throw new Error(`There are the labs ${labs.map(({ lab }) => lab).join(', ')}`);

let failed = 0;
for (const lab of wanted) {
  process.stdout.write(`Lab ${lab.lab}: ${lab.title}\n`);
  await using workshop = await TestWorkshop.open();
  for (let index = 0; index < lab.steps.length; index += 1) say(await proveGoto(workshop, lab, index));
  for await (const proof of proveApplyTwice(workshop, lab)) say(proof);
}
process.stdout.write(failed === 0 ? 'All of it holds.\n' : `${failed} of it do not hold.\n`);
process.exitCode = failed === 0 ? 0 : 1;

function say({ what, problem }: Proof): void {
  if (problem !== undefined) failed += 1;
  process.stdout.write(`${problem === undefined ? '✔' : '✖'} ${what}\n`);
  for (const line of problem ?? []) process.stdout.write(`    ${line}\n`);
}
