// Waits for what somebody else brings about.

import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions<Obstacle> {
  readonly withinMs: number;
  /** From one look to the next. */
  readonly pollMs: number;
  readonly signal: AbortSignal;
  /** Told what is in the way, before it looks again. */
  readonly onWait?: (obstacle: Obstacle) => void;
  /** What to say of it when the time is over. */
  readonly tooLate: (obstacle: Obstacle) => Error;
}

/** Resolves when `look` finds nothing in the way any more. @throws what `tooLate` says, or the signal's reason */
export async function waitUntil<Obstacle>(
  look: () => Promise<Obstacle | undefined>,
  { withinMs, pollMs, signal, onWait, tooLate }: WaitOptions<Obstacle>,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const obstacle = await look();
    if (obstacle === undefined) return;
    if (performance.now() > deadline) throw tooLate(obstacle);
    onWait?.(obstacle);
    await sleep(pollMs, undefined, { signal });
  }
}
