// Runs one step: its checks are red, its commands do what the lab shows, its checks are green.

import type { CheckResult } from '../checks/check.ts';
import { checksOf, commandsOf, type CheckBlock, type Step } from '../format/lab.ts';
import { whyLines } from '../report/why-lines.ts';
import type { RunContext } from './context.ts';
import type { CheckReport, CommandReport, LabFailure, StepReport } from './report.ts';
import { lookBefore, runCheck } from './run-check.ts';
import { runCommand, type OutputRule } from './run-command.ts';

export interface StepOptions {
  /** Its position among the steps of the lab, from 1, and their number. */
  readonly index: number;
  readonly count: number;
  /** True: before the commands run every check must be red, and every invariant green, or the step fails. */
  readonly redFirst: boolean;
  /** @default must-match */
  readonly outputs?: OutputRule;
}

/** Resolves for a failed step too. Commands of its Solution run where they stand. */
export async function runStep(step: Step, options: StepOptions, context: RunContext): Promise<StepReport> {
  const { clock, onEvent } = context;
  const { id, title, at } = step;
  const { index, count, redFirst, outputs = 'must-match' } = options;
  const startedAt = clock.now();
  onEvent({ kind: 'step-start', id, title, index, count });
  const run = new StepRun(step, context);
  await run.all(redFirst, outputs);
  const report: StepReport = {
    id,
    title,
    at,
    status: run.failure === undefined ? 'passed' : 'failed',
    durationMs: clock.now() - startedAt,
    commands: run.commands,
    checks: run.checks,
    ...(run.failure === undefined ? {} : { failure: run.failure }),
  };
  onEvent({ kind: 'step-end', step: report });
  return report;
}

class StepRun {
  readonly commands: CommandReport[] = [];
  failure: LabFailure | undefined;
  #step: Step;
  #context: RunContext;
  #before = new Map<CheckBlock, CheckResult>();
  #after = new Map<CheckBlock, CheckResult>();

  constructor(step: Step, context: RunContext) {
    this.#step = step;
    this.#context = context;
  }

  get checks(): readonly CheckReport[] {
    return checksOf(this.#step).map((block) =>
      checkReport(block, this.#before.get(block), this.#after.get(block)),
    );
  }

  async all(redFirst: boolean, outputs: OutputRule): Promise<void> {
    if (redFirst) await this.#lookBefore();
    if (this.failure === undefined) await this.#runCommands(outputs);
    if (this.failure === undefined) await this.#runChecks();
  }

  async #lookBefore(): Promise<void> {
    for (const block of checksOf(this.#step)) {
      const result = await lookBefore(block, this.#context);
      this.#before.set(block, result);
      if (isGreenTooSoon(block, result)) this.#fail(greenTooSoon(block, result));
      if (isNoInvariant(block, result)) this.#fail(noInvariant(block, result));
    }
  }

  async #runCommands(outputs: OutputRule): Promise<void> {
    for (const command of commandsOf(this.#step)) {
      const report = await runCommand(command, this.#context, outputs);
      this.commands.push(report);
      if (report.reason !== undefined) {
        this.#fail(commandFailure(report, report.reason));
        return;
      }
    }
  }

  /** All of them, so that the evidence is whole. */
  async #runChecks(): Promise<void> {
    for (const block of checksOf(this.#step)) {
      const result = await runCheck(block, this.#context);
      this.#after.set(block, result);
      if (result.status !== 'pass') this.#fail(checkFailure(block, result));
    }
  }

  #fail(failure: Omit<LabFailure, 'step'>): void {
    this.failure ??= { ...failure, step: this.#step.id };
  }
}

function checkReport(
  block: CheckBlock,
  before: CheckResult | undefined,
  after: CheckResult | undefined,
): CheckReport {
  const { id, title, at } = block;
  return {
    id,
    title,
    at,
    status: isGreenTooSoon(block, before) || isNoInvariant(block, before) ? 'failed' : statusOf(after),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

function statusOf(after: CheckResult | undefined): CheckReport['status'] {
  if (after === undefined) return 'not-run';
  return after.status === 'pass' ? 'passed' : 'failed';
}

const isGreenTooSoon = ({ check }: CheckBlock, before: CheckResult | undefined): boolean =>
  before?.status === 'pass' && !check.invariant;

const isNoInvariant = ({ check }: CheckBlock, before: CheckResult | undefined): boolean =>
  check.invariant && before !== undefined && before.status !== 'pass';

function noInvariant({ at, title }: CheckBlock, result: CheckResult): Omit<LabFailure, 'step'> {
  return {
    kind: 'check-red-before',
    at,
    message: `"${title}" says invariant: true, and is red before the step's commands have run`,
    hint: 'remove invariant: true: then verify wants it red here, which proves more',
    evidence: evidenceOf(result),
  };
}

function greenTooSoon({ at, title }: CheckBlock, result: CheckResult): Omit<LabFailure, 'step'> {
  return {
    kind: 'check-green-before',
    at,
    message: `"${title}" is green before the step's commands have run, so it proves nothing`,
    hint: 'let it look at what the step changes, or declare invariant: true if it holds all the time',
    evidence: evidenceOf(result),
  };
}

function commandFailure(
  { text, at, output, difference }: CommandReport,
  reason: string,
): Omit<LabFailure, 'step'> {
  return {
    kind: 'command',
    at,
    message: reason,
    evidence: [`$ ${text}`, ...(difference ?? lastLines(output))],
  };
}

function checkFailure({ at, title }: CheckBlock, result: CheckResult): Omit<LabFailure, 'step'> {
  const cause = result.why?.text ?? result.reason;
  const hint = result.why?.fix ?? result.hint;
  return {
    kind: 'check',
    at,
    message: `"${title}" is red${cause === undefined ? '' : `: ${cause}`}`,
    ...(hint === undefined ? {} : { hint }),
    evidence: evidenceOf(result),
  };
}

const evidenceOf = ({ observed, expected, command, evidence, why }: CheckResult): readonly string[] => [
  `observed: ${observed}`,
  `expected: ${expected}`,
  `by hand:  ${command}`,
  ...evidence,
  ...(why === undefined ? [] : whyLines(why)),
];

const lastLines = (output: string): readonly string[] => output.trimEnd().split('\n').slice(-20);
