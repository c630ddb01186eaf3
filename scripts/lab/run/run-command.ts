// Runs one command of a lab and holds exit code and output against what the lab says.

import { sleep } from '../../../sandbox/clock/clock.ts';
import { compareOutput } from '../compare/compare-output.ts';
import { showDifference } from '../compare/show-difference.ts';
import type { Command } from '../format/lab.ts';
import type { ShellResult } from '../shell/shell.ts';
import type { RunContext } from './context.ts';
import type { CommandReport } from './report.ts';

/** Whether another output than the lab shows fails the command. */
export type OutputRule = 'must-match' | 'may-differ';

/** Between two tries of a command with `within`, in milliseconds. */
const retryEveryMs = 250;

/**
 * Runs it once. Only a command that declares `within` is run again, until all is as the lab says or the time is over;
 * one that was stopped by its timeout is not.
 */
export async function runCommand(
  command: Command,
  context: RunContext,
  outputs: OutputRule = 'must-match',
): Promise<CommandReport> {
  const { clock, onEvent, signal } = context;
  const { at, text, withinMs = 0 } = command;
  const startedAt = clock.now();
  onEvent({ kind: 'command-start', text, at });
  for (let tries = 1; ; tries += 1) {
    const result = await runOnce(command, context);
    const verdict = judge(command, result);
    const mayRetry = result.shellEnded === undefined && clock.now() + retryEveryMs - startedAt <= withinMs;
    if (verdict.reason === undefined || !mayRetry) {
      const final = outputs === 'may-differ' ? forgiven(verdict) : verdict;
      const report = reportOf(command, result, final, tries, clock.now() - startedAt);
      if (command.expected !== undefined && verdict.difference !== undefined) {
        const { difference } = verdict;
        const matches = difference.length === 0;
        onEvent({ kind: 'output-compared', at: command.expected.at, matches, difference });
      }
      onEvent({ kind: 'command-end', command: report });
      return report;
    }
    onEvent({ kind: 'command-retry', at, nextTry: tries + 1, reason: verdict.reason });
    await sleep(clock, retryEveryMs, signal);
  }
}

async function runOnce({ text, at, timeoutMs }: Command, context: RunContext): Promise<ShellResult> {
  const { shell, signal, onEvent } = context;
  const result = await shell.run(text, {
    timeoutMs,
    signal,
    onOutput: (output) => onEvent({ kind: 'command-output', text: output }),
  });
  if (result.shellEnded !== undefined) onEvent({ kind: 'shell-restarted', at, cause: result.shellEnded });
  return result;
}

interface Verdict {
  /** undefined when all is as the lab says. */
  readonly reason: string | undefined;
  /** Empty when the output is as expected; undefined when nothing was expected, or the exit code settled it. */
  readonly difference: readonly string[] | undefined;
}

function judge(command: Command, result: ShellResult): Verdict {
  const reason = judgeExit(command, result);
  if (reason !== undefined || command.expected === undefined) return { reason, difference: undefined };
  const { text, mode } = command.expected;
  const comparison = compareOutput(text, result.output, mode);
  if (comparison.matches) return { reason: undefined, difference: [] };
  const dropped = result.droppedBytes > 0 ? ` (${result.droppedBytes} bytes of it were not kept)` : '';
  return {
    reason: `It printed something else than the lab shows${dropped}`,
    difference: showDifference(comparison),
  };
}

const forgiven = (verdict: Verdict): Verdict =>
  verdict.difference === undefined ? verdict : { ...verdict, reason: undefined };

function judgeExit({ exit, timeoutMs }: Command, { exitCode }: ShellResult): string | undefined {
  if (exitCode === undefined) {
    return `It took longer than ${timeoutMs / 1000} s and was stopped; give the fence a longer timeout= if that is right`;
  }
  if (exit === 'nonzero')
    return exitCode === 0 ? 'It succeeded, and the lab says that it fails (exit=nonzero)' : undefined;
  return exitCode === exit ? undefined : `It ended with exit code ${exitCode}, expected ${exit}`;
}

function reportOf(
  { text, at, exit }: Command,
  { exitCode, output }: ShellResult,
  { reason, difference = [] }: Verdict,
  tries: number,
  durationMs: number,
): CommandReport {
  return {
    text,
    at,
    status: reason === undefined ? 'passed' : 'failed',
    expectedExit: exit,
    ...(exitCode === undefined ? {} : { exitCode }),
    output,
    tries,
    durationMs,
    ...(reason === undefined ? {} : { reason }),
    ...(difference.length === 0 ? {} : { difference }),
  };
}
