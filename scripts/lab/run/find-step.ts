// A step as people name it: by its number, or by its id.

import { LabError } from '../../error.ts';
import type { Lab } from '../format/lab.ts';

/** Its index in the lab's steps. @throws LabError naming the choices */
export function findStep({ lab, steps }: Lab, text: string): number {
  const index = steps.findIndex(({ id }, position) => id === text || String(position + 1) === text);
  if (index !== -1) return index;
  const choices = steps.map(({ id }, position) => `${position + 1} ${id}`).join(', ');
  throw new LabError('STEP_UNKNOWN', `Lab ${lab} has no step "${text}"; its steps are ${choices}`, {
    hint: `npm run lab ${lab} goto ${steps.length} goes to the last one`,
  });
}
