// A stage to run labs on without bash: commands answer from a script, checks follow what has run.

import { ManualClock } from '../../../support/manual-clock.ts';
import type { Check, CheckResult } from '../../../../scripts/lab/checks/check.ts';
import type { Lab } from '../../../../scripts/lab/format/lab.ts';
import { parseLab } from '../../../../scripts/lab/format/parse-lab.ts';
import type { RunContext } from '../../../../scripts/lab/run/context.ts';
import type { LabEvent } from '../../../../scripts/lab/run/event.ts';
import type { ShellResult } from '../../../../scripts/lab/shell/shell.ts';
import { contextOf, file, matter } from '../format/sample.ts';

/** What a command does: its result in part, for its first, second … run; the last one stays. */
export type Answers = Readonly<Record<string, readonly Partial<ShellResult>[]>>;

export interface Stage {
  readonly context: RunContext;
  readonly clock: ManualClock;
  readonly events: LabEvent[];
  readonly stop: AbortController;
  /** Commands in the order in which they ran. */
  readonly ran: string[];
  /** Files of the project, by path. */
  readonly files: Readonly<Record<string, string>>;
}

export function openStage(answers: Answers = {}, files: Stage['files'] = {}): Stage {
  const clock = new ManualClock();
  const events: LabEvent[] = [];
  const ran: string[] = [];
  const stop = new AbortController();
  const shell: RunContext['shell'] = {
    run: async (command, { signal, onOutput }) => {
      signal.throwIfAborted();
      ran.push(command);
      const times = ran.filter((other) => other === command).length;
      const answer = answers[command]?.[times - 1] ?? answers[command]?.at(-1) ?? {};
      if (answer.output !== undefined) onOutput?.(answer.output);
      return Promise.resolve({ output: '', droppedBytes: 0, exitCode: 0, durationMs: 1, ...answer });
    },
  };
  const checks = { kubeconfig: '/kubeconfig', portBase: 30_000, env: {}, cwd: '/' };
  return {
    context: { shell, checks, onEvent: (event) => events.push(event), signal: stop.signal, clock },
    clock,
    events,
    stop,
    ran,
    files,
  };
}

/**
 * A lab of steps, each written as Markdown. A check `after: command` is green once that command has run on the stage;
 * `always: green` and `always: red` are what they say; `by: chance` is another with every look; `counting` makes it one
 * that counts requests.
 */
export function labOf(stage: Stage, ...steps: readonly string[]): Lab {
  const text = matter + steps.map((step, index) => `\n## Step ${index + 1}\n\n${step}\n`).join('');
  const { lab, problems } = parseLab(file, text, {
    ...contextOf(stage.files),
    parseCheck: (title, yaml) => ({ check: checkOf(title, yaml, stage) }),
  });
  if (lab === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return lab;
}

function checkOf(title: string, yaml: string, { ran }: Stage): Check {
  const after = /after: (.*)/.exec(yaml)?.[1];
  let looks = 0;
  return {
    title,
    kind: yaml.includes('counting') ? 'traffic' : 'command',
    invariant: yaml.includes('invariant'),
    aim: { kind: 'command', line: 'true' },
    run: async (_context, patience) => {
      looks += 1;
      const isLucky = yaml.includes('by: chance') && looks % 2 === 1;
      const green = isLucky || (after === undefined ? yaml.includes('always: green') : ran.includes(after));
      return Promise.resolve(resultOf(title, green, patience));
    },
  };
}

const resultOf = (title: string, green: boolean, patience: string): CheckResult => ({
  status: green ? 'pass' : 'fail',
  title,
  observed: green ? 'it is there' : 'nothing',
  expected: 'that it is there',
  ...(green ? {} : { reason: 'it is not there', hint: 'make it' }),
  evidence: [`looked ${patience}`],
  command: 'curl it',
  durationMs: 5,
});

export const sh = (command: string, info = ''): string => `\`\`\`sh${info}\n${command}\n\`\`\``;

export const shows = (text: string, mode = 'same'): string => `\`\`\`text expect=${mode}\n${text}\n\`\`\``;

export const check = (title: string, yaml: string): string =>
  `<details><summary>Check: ${title}</summary>\n\n\`\`\`yaml check\n${yaml}\n\`\`\`\n\n</details>`;
