// Durations as labs write them: 500ms, 30s, 1.5s, 2m.

const unitMs = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
]);

/** Milliseconds, or undefined for anything else than a positive number with a unit. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  const ms = Number(amount) * (unitMs.get(unit ?? '') ?? Number.NaN);
  return ms > 0 ? ms : undefined;
}
