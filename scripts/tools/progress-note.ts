// How far a download is, in a few words and a bar.

const barLength = 20;
const megabyte = 1_000_000;

/** Calls `note` when what it would say has changed. */
export function progressNote(
  what: string,
  note: (text: string) => void,
): (received: number, total: number | undefined) => void {
  let last = '';
  return (received, total) => {
    const text = `${what}: ${describeProgress(received, total)}`;
    if (text !== last) note(text);
    last = text;
  };
}

export function describeProgress(received: number, total: number | undefined): string {
  if (total === undefined || total === 0) return `${Math.floor(received / megabyte)} MB`;
  // In steps of five hundredths: a log that keeps every line stays short.
  const steps = Math.floor((received / total) * barLength);
  const bar = '█'.repeat(steps) + '░'.repeat(barLength - steps);
  return `${bar} ${steps * (100 / barLength)} % of ${(total / megabyte).toFixed(1)} MB`;
}
