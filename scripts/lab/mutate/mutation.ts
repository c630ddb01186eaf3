// A wrong manifest, or a wrong move: some check must notice it, and why must name the rung.

import type { Rung } from '../why/diagnosis.ts';

export interface Mutation {
  /** `VirtualService catalog: retryOn dropped`. */
  readonly name: string;
  /** Position of the step it belongs to, from 0. */
  readonly step: number;
  readonly rung: Rung;
  readonly change: FileChange | CommandChange;
}

/** The file is applied with another text. */
export interface FileChange {
  readonly kind: 'file';
  readonly file: string;
  readonly text: string;
}

/** Something is done after the step's commands. */
export interface CommandChange {
  readonly kind: 'command';
  readonly run: string;
  readonly undo: string;
}
