// A command typed as a person types it: unevenly, slower after blanks and signs, and all at once
// when a key is pressed.

import { sleep, type Clock, type Random } from '../../sandbox/clock/clock.ts';
import { firstAbort } from '../process/first-abort.ts';

export interface Typing {
  readonly write: (text: string) => void;
  readonly clock: Clock;
  readonly random: Random;
  /** Resolves when a key is pressed: the rest comes at once, or not at all. */
  readonly key: (signal: AbortSignal) => Promise<'hurry' | 'stop'>;
  readonly signal: AbortSignal;
}

/** Milliseconds for a letter, on average; signs take longer. */
const letterMs = 35;
const signMs = 90;
/** A long command must not take longer than the audience's patience. */
const mostMs = 4000;

export async function typeText(text: string, typing: Typing): Promise<void> {
  const pressed = new AbortController();
  const done = new AbortController();
  const key = typing.key(firstAbort(typing.signal, done.signal)).then(
    (meaning) => pressed.abort(meaning),
    (error: unknown) => {
      if (!done.signal.aborted) throw error;
    },
  );
  try {
    await typeLetters(Array.from(text), typing, pressed.signal);
  } finally {
    done.abort();
    await key;
  }
}

async function typeLetters(
  letters: readonly string[],
  { write, clock, random, signal }: Typing,
  pressed: AbortSignal,
): Promise<void> {
  const plan = letters.map((letter) => (/[\w./]/.test(letter) ? letterMs : signMs) * (0.5 + random()));
  const total = plan.reduce((sum, ms) => sum + ms, 0);
  const pace = Math.min(1, mostMs / Math.max(1, total));
  for (const [index, letter] of letters.entries()) {
    if (!pressed.aborted) await pause(clock, (plan[index] ?? 0) * pace, firstAbort(pressed, signal));
    signal.throwIfAborted();
    if (pressed.reason === 'stop') return;
    write(letter);
  }
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(clock, ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
