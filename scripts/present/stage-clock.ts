// Where the time should be and where it is: against the last time this lab was presented, or its minutes.

import type { Lab } from '../lab/format/lab.ts';

/** Milliseconds from the start at which each step was reached, by its id. */
export type Reached = Readonly<Record<string, number>>;

/** `12:05 of about 15:00, 1 min behind`. */
export function stageTime(lab: Lab, step: number, elapsedMs: number, last: Reached | undefined): string {
  const planned = lab.minutes * 60_000;
  const total = last?.['end'] ?? planned;
  const due = last?.[lab.steps[step]?.id ?? ''] ?? (total * Math.max(0, step)) / lab.steps.length;
  const late = Math.trunc((elapsedMs - due) / 60_000);
  const state = late === 0 ? 'in time' : late > 0 ? `${late} min behind` : `${-late} min ahead`;
  return `${clock(elapsedMs)} of ${last === undefined ? 'about ' : ''}${clock(total)}, ${state}`;
}

const clock = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};
