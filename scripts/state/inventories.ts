// Inventories on disk: of a cluster that no lab has touched, of the start of each lab, and after each of its steps.
// Every one is of one cluster and one version of what was deployed in it; for any other it counts as none.

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Lab, Step } from '../lab/format/lab.ts';
import { deltaOf, withDelta, type Delta } from '../lab/inventory/delta.ts';
import type { Inventory } from '../lab/inventory/inventory.ts';
import type { Records } from '../lab/inventory/records.ts';
import { readJson, writeJson } from './json-file.ts';
import type { LabDir } from './lab-dir.ts';

/** What a start is good for. */
export interface Basis {
  /** Of the inventory. */
  readonly cluster: string;
  /** Changes with the manifests that the start is made of. */
  readonly version: string;
}

interface Start {
  readonly version: string;
  readonly inventory: Inventory;
}

export interface StepState extends Start {
  /** See podRuns. */
  readonly pods: readonly string[];
}

type StepFile = Delta & Pick<StepState, 'pods'>;

const untouchedFile = (dir: LabDir): string => join(dir.inventories, 'untouched.json');

export const readUntouched = (dir: LabDir, basis: Basis): Inventory | undefined =>
  readStart(untouchedFile(dir), basis);

export const writeUntouched = (dir: LabDir, start: Start): void => writeJson(untouchedFile(dir), start);

/** Whether a start was recorded at all, in whatever cluster. */
export const hasStart = (dir: LabDir, lab: Lab): boolean => existsSync(startFile(dir, lab));

/** Empty when the start was not recorded in this cluster. */
export function readRecords(dir: LabDir, lab: Lab, basis: Basis): Records {
  const start = readStart(startFile(dir, lab), basis);
  if (start === undefined) return [];
  const steps = lab.steps.flatMap((step) => {
    const found = readJson(stepFile(dir, lab, step)) as StepFile | undefined;
    return found === undefined ? [] : [{ step, inventory: withDelta(start, found), pods: found.pods }];
  });
  return [{ step: undefined, inventory: start, pods: [] }, ...steps];
}

/** A new start makes the records of the steps void. */
export function writeStart(dir: LabDir, lab: Lab, start: Start): void {
  forgetSteps(dir, lab);
  mkdirSync(dirname(startFile(dir, lab)), { recursive: true, mode: 0o700 });
  writeJson(startFile(dir, lab), start);
  writeCurrent(dir, lab);
}

const currentFile = (dir: LabDir): string => join(dir.inventories, 'current.json');

/** The lab that the cluster was prepared for last. */
export function isCurrent(dir: LabDir, { id }: Lab): boolean {
  const current = readJson(currentFile(dir)) as { lab?: unknown; of?: unknown } | undefined;
  return current?.lab === id && (current.of ?? '') === dir.labs.key;
}

export const writeCurrent = (dir: LabDir, { id }: Lab): void =>
  writeJson(currentFile(dir), { lab: id, of: dir.labs.key });

/** Without a start in this cluster there is nothing to record a step against. */
export function writeStep(dir: LabDir, lab: Lab, step: Step, { version, inventory, pods }: StepState): void {
  const start = readStart(startFile(dir, lab), { version, cluster: inventory.cluster });
  if (start === undefined) return;
  const file: StepFile = { ...deltaOf(start, inventory), pods };
  writeJson(stepFile(dir, lab, step), file);
}

export function forgetSteps(dir: LabDir, lab: Lab): void {
  for (const step of lab.steps) rmSync(stepFile(dir, lab, step), { force: true });
}

const folder = (dir: LabDir, { id }: Lab): string => join(dir.labs.inventories, id);

/** The id of a step is a slug, which never starts with a dot. */
const startFile = (dir: LabDir, lab: Lab): string => join(folder(dir, lab), '.start.json');

const stepFile = (dir: LabDir, lab: Lab, { id }: Step): string => join(folder(dir, lab), `${id}.json`);

function readStart(path: string, { cluster, version }: Basis): Inventory | undefined {
  const start = readJson(path) as Partial<Start> | undefined;
  return start?.version === version && start.inventory?.cluster === cluster ? start.inventory : undefined;
}
