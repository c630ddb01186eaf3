// What the benches share: statistics of samples, and the row each bench reports.

export interface Row {
  readonly what: string;
  readonly value: string;
  /** The same measured on something else in the same run, where there is such a thing. */
  readonly peer: string;
  readonly bar: string;
  readonly met: boolean;
}

/** The value below which `share` of the samples lie. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const startedAt = performance.now();
  const result = await work();
  return { ms: performance.now() - startedAt, result };
}

export function table(rows: readonly Row[]): string {
  const lines = [
    ['', 'measured', 'peer in the same run', 'bar', ''],
    ...rows.map(({ what, value, peer, bar, met }) => [what, value, peer, bar, met ? 'met' : 'NOT MET']),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
