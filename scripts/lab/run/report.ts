// What a run of a lab found, as plain data: the same for the terminal, JSON and JUnit.

import type { CheckResult } from '../checks/check.ts';
import type { ExpectedExit } from '../format/lab.ts';
import type { Place } from '../format/place.ts';

export interface LabReport {
  readonly lab: {
    readonly number: number;
    readonly id: string;
    readonly title: string;
    readonly file: string;
  };
  readonly status: 'passed' | 'failed';
  /** RFC 3339. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** All steps of the lab; after a failure the rest is `not-run`. */
  readonly steps: readonly StepReport[];
  /** Present when the status is failed. */
  readonly failure?: LabFailure;
  /** Path of the folder with what was found out about the failure. */
  readonly diagnostics?: string;
}

export interface StepReport {
  readonly id: string;
  readonly title: string;
  readonly at: Place;
  readonly status: 'passed' | 'failed' | 'not-run';
  readonly durationMs: number;
  /** Those that ran. */
  readonly commands: readonly CommandReport[];
  /** Those that were looked at. */
  readonly checks: readonly CheckReport[];
  readonly failure?: LabFailure;
}

export interface CommandReport {
  readonly text: string;
  readonly at: Place;
  readonly status: 'passed' | 'failed';
  readonly expectedExit: ExpectedExit;
  /** Absent when the command was stopped. */
  readonly exitCode?: number;
  /** Of the last try. */
  readonly output: string;
  /** More than 1 only for a command with `within`. */
  readonly tries: number;
  readonly durationMs: number;
  /** Why it failed, in one sentence. */
  readonly reason?: string;
  /** Present when the output differs from what the lab shows: lines with - (shown) and + (printed). */
  readonly difference?: readonly string[];
}

export interface CheckReport {
  readonly id: string;
  readonly title: string;
  readonly at: Place;
  readonly status: 'passed' | 'failed' | 'not-run';
  /** The look before the step's commands, where one was taken. */
  readonly before?: CheckResult;
  readonly after?: CheckResult;
}

/** The first thing that went wrong. */
export interface LabFailure {
  /** `unfinished`: the lab could not be run to its end, or not even begun. */
  readonly kind: 'command' | 'check-green-before' | 'check-red-before' | 'check' | 'unfinished';
  /** Absent where it belongs to none. */
  readonly step?: string;
  readonly at: Place;
  /** One sentence. */
  readonly message: string;
  /** The next step, where there is one to name. */
  readonly hint?: string;
  /** What was seen: output, difference, observed and expected. */
  readonly evidence: readonly string[];
}
