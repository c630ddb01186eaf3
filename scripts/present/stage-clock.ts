// Where the time should be and where it is: against the last time this lab was presented; before the first time,
// against what its cluster took at the rehearsal, with the talk between; and without a rehearsal, against its minutes.

import type { Lab } from '../lab/format/lab.ts';
import type { LabReport } from '../lab/run/report.ts';

/** Milliseconds from the start at which each step was reached, by its id. */
export type Reached = Readonly<Record<string, number>>;

export interface Plan {
  /** When each step is due, milliseconds from the start. */
  readonly due: readonly number[];
  readonly totalMs: number;
  /** True: somebody has measured it. */
  readonly measured: boolean;
}

/** What there is to go by. */
export interface Measured {
  readonly last: Reached | undefined;
  readonly rehearsal: Pick<LabReport, 'steps'> | undefined;
}

export function planOf(lab: Lab, { last, rehearsal }: Measured): Plan {
  const clusterMs = lab.steps.map(
    ({ id }) => rehearsal?.steps.find((step) => step.id === id)?.durationMs ?? 0,
  );
  const inAll = sum(clusterMs);
  // The minutes of a lab have room for its talk; a cluster that takes them all leaves none.
  const talkMs = Math.max(0, lab.minutes * 60_000 - inAll);
  const planned = lab.steps.map((_, index) => sum(clusterMs.slice(0, index)) + share(talkMs, index, lab));
  return {
    due: lab.steps.map(({ id }, index) => last?.[id] ?? planned[index] ?? 0),
    totalMs: last?.['end'] ?? talkMs + inAll,
    measured: last !== undefined,
  };
}

const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);

const share = (ms: number, step: number, { steps }: Lab): number => (ms * step) / steps.length;

/** `12:05 of about 15:00, 1 min behind`. */
export function stageTime({ due, totalMs, measured }: Plan, step: number, elapsedMs: number): string {
  const late = Math.trunc((elapsedMs - (step < 0 ? 0 : (due[step] ?? totalMs))) / 60_000);
  const state = late === 0 ? 'in time' : late > 0 ? `${late} min behind` : `${-late} min ahead`;
  return `${clock(elapsedMs)} of ${measured ? '' : 'about '}${clock(totalMs)}, ${state}`;
}

const clock = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};
