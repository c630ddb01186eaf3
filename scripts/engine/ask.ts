// The one question about engines, asked where there is a choice: at a terminal of a machine on which Docker runs.

import { run } from '../process/run.ts';
import type { Ui } from '../learn/ui.ts';
import type { EngineName } from './engine.ts';

/** undefined when there is nothing to ask: nobody there, or no Docker that answers in time. */
export async function askEngine(
  ui: Pick<Ui, 'interactive' | 'ask'>,
  signal: AbortSignal,
  withinMs = 3000,
): Promise<EngineName | undefined> {
  if (!ui.interactive || !(await dockerRuns(signal, withinMs))) return undefined;
  return ui.ask<EngineName>(
    'Docker runs on this machine. Which cluster do you want for the labs?',
    [
      { value: 'kind', name: 'kind: the real Istio in Docker; the first start downloads its images' },
      { value: 'sandbox', name: 'sandbox: embedded, without Docker, ready in a second' },
    ],
    signal,
  );
}

async function dockerRuns(signal: AbortSignal, timeoutMs: number): Promise<boolean> {
  const asked = await run('docker', ['info', '--format', '{{.ServerVersion}}'], { signal, timeoutMs });
  return asked.exitCode === 0 && asked.stdout.trim() !== '';
}
