// A question of an engine, to whoever sits at the terminal.

import type { Ask } from '../engine/engine.ts';

/** undefined where nobody does. */
export function askerFor(signal: AbortSignal): Ask | undefined {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  return async (question) => {
    const { openUi } = await import('../learn/ui.ts');
    const ui = openUi({ input: process.stdin, output: process.stdout, env: process.env });
    const answer = await ui.ask(
      question,
      [
        { value: 'no', name: 'no: leave that cluster alone' },
        { value: 'yes', name: 'yes: use it for the labs' },
      ],
      signal,
    );
    return answer === 'yes';
  };
}
