import type { Duel } from './duel.ts';

/** One line per area, and one per listed difference it met. */
export function report(area: string, { compared, kept }: Duel): void {
  const lines = [...kept].map(([{ reason }, count]) => `  ${count} × ${reason}`);
  process.stdout.write(`${[`${area}: ${compared} cases compared`, ...lines].join('\n')}\n`);
}
