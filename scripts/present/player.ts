// What answers on stage: the cluster, or a recording of it.

import type { CheckContext, CheckResult } from '../lab/checks/check.ts';
import type { CheckBlock, Command } from '../lab/format/lab.ts';
import { showPlace } from '../lab/format/place.ts';
import type { LabReport } from '../lab/run/report.ts';
import type { CommandRunner } from '../lab/shell/shell.ts';

export interface Player {
  /** Said with everything it shows; undefined for the cluster itself. */
  readonly mark: string | undefined;
  run(command: Command, write: (text: string) => void, signal: AbortSignal): Promise<void>;
  check(block: CheckBlock, context: Pick<CheckContext, 'signal' | 'onProgress'>): Promise<CheckResult>;
}

export interface LiveOptions {
  readonly shell: CommandRunner;
  readonly checks: Omit<CheckContext, 'signal' | 'onProgress'>;
}

export const livePlayer = ({ shell, checks }: LiveOptions): Player => ({
  mark: undefined,
  async run({ text, timeoutMs }, write, signal) {
    await shell.run(text, { timeoutMs, signal, onOutput: write });
  },
  check: async ({ check }, context) => check.run({ ...checks, ...context }, 'within'),
});

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
