// The checks of a step, each with a sign of life while it looks.

import { sleep, type Clock } from '../../sandbox/clock/clock.ts';
import type { CheckContext, CheckResult, Patience } from '../lab/checks/check.ts';
import type { CheckBlock } from '../lab/format/lab.ts';
import { samplingBar } from './sampling-bar.ts';
import { showCheck } from './show.ts';
import type { Ui } from './ui.ts';

export interface RunChecksOptions {
  readonly ui: Ui;
  readonly context: CheckContext;
  readonly clock: Clock;
}

/** Those that are not green. While one has waited in vain, the others have had its time, too. */
export async function runChecks(
  checks: readonly CheckBlock[],
  options: RunChecksOptions,
  patience: Patience,
): Promise<readonly CheckResult[]> {
  const { ui } = options;
  const red: CheckResult[] = [];
  for (const block of checks) {
    const result = await lookAt(block, options, red.length === 0 ? patience : 'once');
    ui.tell(showCheck(result, ui));
    await ui.told(options.context.signal);
    if (result.status !== 'pass') red.push(result);
  }
  return red;
}

async function lookAt(
  { title, check }: CheckBlock,
  { ui, context, clock }: RunChecksOptions,
  patience: Patience,
): Promise<CheckResult> {
  const status = ui.status();
  const ended = new AbortController();
  let bar: string | undefined;
  const life = tick(clock, ended.signal, (seconds) => {
    status.show(bar ?? `Looking: ${title} (${seconds} s)`);
  });
  try {
    return await check.run(
      {
        ...context,
        onProgress: (sampling) => {
          bar = samplingBar(sampling, ui);
          status.show(bar);
        },
      },
      patience,
    );
  } finally {
    ended.abort();
    await life;
    status.end();
  }
}

/** Once a second. */
async function tick(clock: Clock, signal: AbortSignal, show: (seconds: number) => void): Promise<void> {
  for (let seconds = 0; ; seconds += 1) {
    if (seconds > 0) show(seconds);
    try {
      await sleep(clock, 1000, signal);
    } catch {
      return;
    }
  }
}
