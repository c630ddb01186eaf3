// A command of the lab, run here for the learner, its output shown as it comes.

import type { Clock } from '../../sandbox/clock/clock.ts';
import type { CheckContext } from '../lab/checks/check.ts';
import type { Command } from '../lab/format/lab.ts';
import type { LabEvent } from '../lab/run/event.ts';
import { runCommand as runAndCompare } from '../lab/run/run-command.ts';
import type { CommandRunner } from '../lab/shell/shell.ts';
import type { Ui } from './ui.ts';

export interface RunnerOptions {
  readonly ui: Ui;
  readonly shell: CommandRunner;
  readonly context: CheckContext;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** True when it ended as the lab says; another output than the lab shows is no failure here. */
export async function runCommand(command: Command, options: RunnerOptions): Promise<boolean> {
  const { ui, shell, context, clock, signal } = options;
  // One that only looks is repeated until it sees what the lab shows. Its tries would fill the screen.
  const isLook = command.withinMs !== undefined;
  const status = ui.status();
  let output = '';
  const onEvent = (event: LabEvent): void => {
    if (event.kind === 'command-output') {
      output += event.text;
      if (!isLook) ui.write(event.text);
    } else if (event.kind === 'command-retry') {
      output = '';
      status.show('Not there yet: looking again');
    } else if (event.kind === 'shell-restarted') {
      output += 'The shell has ended with it: variables and functions are gone.\n';
    }
  };
  const report = await runAndCompare(
    command,
    { shell, checks: context, onEvent, signal, clock },
    'may-differ',
  );
  status.end();
  if (isLook) ui.write(output);
  ui.print(output === '' || output.endsWith('\n') ? '' : '\n');
  // One that only looks may come too early; the checks will tell.
  if (report.reason === undefined || (isLook && report.exitCode !== undefined)) return true;
  ui.print(`${whatWentWrong(command, report.exitCode)}\n`);
  return false;
}

function whatWentWrong({ exit, timeoutMs }: Command, exitCode: number | undefined): string {
  if (exitCode === undefined) return `It did not end within ${timeoutMs / 1000} s and was stopped.`;
  const expected = exit === 'nonzero' ? 'an error' : `exit code ${exit}`;
  return `It ended with exit code ${exitCode}; the lab expects ${expected} here. Done goes on all the same.`;
}
