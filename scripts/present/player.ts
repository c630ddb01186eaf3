// What answers on stage: the cluster, or a recording of it.

import type { CheckContext, CheckResult } from '../lab/checks/check.ts';
import type { CheckBlock, Command } from '../lab/format/lab.ts';
import { showPlace } from '../lab/format/place.ts';
import type { RunContext } from '../lab/run/context.ts';
import type { LabEvent } from '../lab/run/event.ts';
import type { LabReport } from '../lab/run/report.ts';
import { runCommand } from '../lab/run/run-command.ts';

export interface Player {
  /** Said with everything it shows; undefined for the cluster itself. */
  readonly mark: string | undefined;
  run(command: Command, write: (text: string) => void, signal: AbortSignal): Promise<void>;
  check(block: CheckBlock, context: Pick<CheckContext, 'signal' | 'onProgress'>): Promise<CheckResult>;
}

export type LiveOptions = Pick<RunContext, 'shell' | 'checks' | 'clock'>;

export const livePlayer = (options: LiveOptions): Player => ({
  mark: undefined,
  async run(command, write, signal) {
    const { text, timeoutMs, withinMs } = command;
    if (withinMs === undefined) await options.shell.run(text, { timeoutMs, signal, onOutput: write });
    else write(await look(command, options, signal));
  },
  check: async ({ check }, context) => check.run({ ...options.checks, ...context }, 'within'),
});

/** What a command that only looks prints when it sees what the lab shows, or at last. */
async function look(command: Command, options: LiveOptions, signal: AbortSignal): Promise<string> {
  let output = '';
  const onEvent = (event: LabEvent): void => {
    if (event.kind === 'command-output') output += event.text;
    else if (event.kind === 'command-retry') output = '';
  };
  await runCommand(command, { ...options, onEvent, signal }, 'may-differ');
  return output;
}

/** Answers at once with what was seen at the rehearsal. */
export function recordedPlayer(report: LabReport): Player {
  const commands = new Map(
    report.steps.flatMap((step) => step.commands).map((command) => [showPlace(command.at), command]),
  );
  const results = new Map(report.steps.flatMap((step) => step.checks).map(({ id, after }) => [id, after]));
  return {
    mark: `recorded ${report.startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    run: async ({ at }, write) => {
      write(commands.get(showPlace(at))?.output ?? 'This command is not in the recording.\n');
      return Promise.resolve();
    },
    check: async ({ id, title }) => Promise.resolve(results.get(id) ?? unknown(title)),
  };
}

const unknown = (title: string): CheckResult => ({
  status: 'error',
  title,
  observed: 'nothing: it is not in the recording',
  expected: 'a check that was there at the rehearsal',
  evidence: [],
  command: 'npm run lab N rehearse',
  durationMs: 0,
});
