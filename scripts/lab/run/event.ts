// What happens while a lab runs, as data. A renderer has one function per kind (see EventRenderers), so a new kind
// without a rendering does not compile.

import type { CheckResult, Sampling } from '../checks/check.ts';
import type { Place } from '../format/place.ts';
import type { ShellResult } from '../shell/shell.ts';
import type { CommandReport, LabReport, StepReport } from './report.ts';

export type LabEvent =
  | { readonly kind: 'lab-start'; readonly number: number; readonly title: string; readonly steps: number }
  /** `index` counts from 1. */
  | {
      readonly kind: 'step-start';
      readonly id: string;
      readonly title: string;
      readonly index: number;
      readonly count: number;
    }
  | {
      readonly kind: 'check-before';
      readonly title: string;
      readonly at: Place;
      readonly red: boolean;
      /** What it should be: an invariant is green before its step, all others are red. */
      readonly expectedRed: boolean;
      readonly result: CheckResult;
    }
  | { readonly kind: 'command-start'; readonly text: string; readonly at: Place }
  /** A piece of output as it comes, of any length. */
  | { readonly kind: 'command-output'; readonly text: string }
  | { readonly kind: 'command-retry'; readonly at: Place; readonly nextTry: number; readonly reason: string }
  | {
      readonly kind: 'shell-restarted';
      readonly at: Place;
      readonly cause: NonNullable<ShellResult['shellEnded']>;
    }
  | {
      readonly kind: 'output-compared';
      readonly at: Place;
      readonly matches: boolean;
      readonly difference: readonly string[];
    }
  | { readonly kind: 'command-end'; readonly command: CommandReport }
  | { readonly kind: 'check-start'; readonly title: string; readonly at: Place }
  | { readonly kind: 'check-progress'; readonly title: string; readonly sampling: Sampling }
  | {
      readonly kind: 'check-result';
      readonly title: string;
      readonly at: Place;
      readonly result: CheckResult;
    }
  | { readonly kind: 'step-end'; readonly step: StepReport }
  | { readonly kind: 'lab-end'; readonly report: LabReport };

export type LabEventOf<K extends LabEvent['kind']> = Extract<LabEvent, { kind: K }>;

/** One function per kind of event. */
export type EventRenderers<T> = { readonly [K in LabEvent['kind']]: (event: LabEventOf<K>) => T };

/** The rendering of one event. */
export function renderEvent<T>(renderers: EventRenderers<T>, event: LabEvent): T {
  // TypeScript does not see that the function and its argument are of the same kind.
  return (renderers[event.kind] as (event: LabEvent) => T)(event);
}
