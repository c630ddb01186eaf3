// What running a lab needs from outside.

import type { Clock } from '../../../sandbox/clock/clock.ts';
import type { CheckContext, CheckResult } from '../checks/check.ts';
import type { CommandRunner } from '../shell/shell.ts';
import type { LabEvent } from './event.ts';

export interface RunContext {
  readonly shell: CommandRunner;
  /** Where checks look. */
  readonly checks: Omit<CheckContext, 'signal' | 'onProgress'>;
  /** Adds to red results why they are red. */
  readonly explain?: (
    results: readonly CheckResult[],
    signal: AbortSignal,
  ) => Promise<readonly CheckResult[]>;
  readonly onEvent: (event: LabEvent) => void;
  /** Aborted: the run rejects with the reason as soon as what runs has been stopped. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}
