// A row of doctor's list: one way in which a machine can keep the labs from running.

import type { EngineName } from '../engine/engine.ts';
import type { Finding } from './finding.ts';
import type { Machine } from './machine/machine.ts';

export interface Row {
  readonly id: string;
  /** Its engines; without it, all. */
  readonly engines?: readonly EngineName[];
  /** What happens to whoever goes on, in the words that they would see. */
  readonly symptom: string;
  /** Its own, so that a script can tell the rows apart. */
  readonly exitCode: number;
  /** False: a set-up leaves it to its engine, which knows whose turn it is. @default true */
  readonly inSetUp?: boolean;
  /** undefined when the row has nothing to say of such a machine. Looks at nothing but what it is given. */
  readonly judge: (machine: Machine) => Verdict | undefined;
}

export type Verdict =
  | { readonly ok: string }
  | { readonly warn: string; readonly cause: string; readonly fix: string }
  | { readonly fail: string; readonly cause: string; readonly fix: string };

export function judge(row: Row, machine: Machine): Finding | undefined {
  const { id, symptom, exitCode } = row;
  const verdict = row.judge(machine);
  if (verdict === undefined) return undefined;
  if ('ok' in verdict) return { id, status: 'ok', detail: verdict.ok };
  const { cause, fix } = verdict;
  return 'warn' in verdict
    ? { id, status: 'warn', detail: verdict.warn, symptom, cause, fix }
    : { id, status: 'fail', detail: verdict.fail, symptom, cause, fix, exitCode };
}
