// Runs a lab from its first step to its last, and stops at the first failure with all that is known of it.

import { timestamp } from '../../../sandbox/clock/clock.ts';
import type { Lab, Step } from '../format/lab.ts';
import type { RunContext } from './context.ts';
import type { LabReport, StepReport } from './report.ts';
import type { OutputRule } from './run-command.ts';
import { runStep } from './run-step.ts';

export interface LabOptions {
  /** True: every check must be red before its step, as verify demands. */
  readonly redFirst: boolean;
  /** `may-differ`: another output than shown is reported and fails nothing, for `lab record`. @default must-match */
  readonly outputs?: OutputRule;
}

/** Resolves for a failed lab too; rejects only with the reason of an aborted signal, or for a defect. */
export async function runLab(lab: Lab, options: LabOptions, context: RunContext): Promise<LabReport> {
  const { clock, onEvent } = context;
  const { lab: number, id, title, file } = lab;
  const count = lab.steps.length;
  const startedAt = clock.now();
  const started = timestamp(clock);
  onEvent({ kind: 'lab-start', number, title, steps: count });
  const steps: StepReport[] = [];
  for (const [position, step] of lab.steps.entries()) {
    const hasFailed = steps.some(({ status }) => status === 'failed');
    steps.push(
      hasFailed ? notRun(step) : await runStep(step, { ...options, index: position + 1, count }, context),
    );
  }
  const failure = steps.find((step) => step.failure !== undefined)?.failure;
  const report: LabReport = {
    lab: { number, id, title, file },
    status: failure === undefined ? 'passed' : 'failed',
    startedAt: started,
    durationMs: clock.now() - startedAt,
    steps,
    ...(failure === undefined ? {} : { failure }),
  };
  onEvent({ kind: 'lab-end', report });
  return report;
}

export const notRun = ({ id, title, at }: Step): StepReport => ({
  id,
  title,
  at,
  status: 'not-run',
  durationMs: 0,
  commands: [],
  checks: [],
});
