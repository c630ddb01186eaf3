// Looks at one check, telling what it sees on the way.

import type { CheckResult, Patience } from '../checks/check.ts';
import type { CheckBlock } from '../format/lab.ts';
import type { RunContext } from './context.ts';

/** The check after its step, with the patience it declares. */
export async function runCheck(block: CheckBlock, context: RunContext): Promise<CheckResult> {
  const { title, at } = block;
  context.onEvent({ kind: 'check-start', title, at });
  const seen = await look(block, 'within', context);
  const result = seen.status === 'pass' ? seen : await explained(seen, context);
  context.onEvent({ kind: 'check-result', title, at, result });
  return result;
}

async function explained(seen: CheckResult, { explain, signal }: RunContext): Promise<CheckResult> {
  const [result = seen] = (await explain?.([seen], signal)) ?? [];
  return result;
}

/** Before its step: one look, and for an invariant as many as it declares. Anything but green is red. */
export async function lookBefore(block: CheckBlock, context: RunContext): Promise<CheckResult> {
  const { title, at } = block;
  const { invariant } = block.check;
  const result = await look(block, invariant ? 'within' : 'once', context);
  const red = result.status !== 'pass';
  context.onEvent({ kind: 'check-before', title, at, red, expectedRed: !invariant, result });
  return result;
}

async function look(
  { title, check }: CheckBlock,
  patience: Patience,
  context: RunContext,
): Promise<CheckResult> {
  const { checks, signal, onEvent } = context;
  signal.throwIfAborted();
  const result = await check.run(
    { ...checks, signal, onProgress: (sampling) => onEvent({ kind: 'check-progress', title, sampling }) },
    patience,
  );
  signal.throwIfAborted();
  return result;
}
