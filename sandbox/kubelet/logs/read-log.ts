// What `kubectl logs` shows of a log: the flags, in the order in which a kubelet applies them.

import type { LogOptions } from '../../api/extension.ts';
import type { LogLine, LogRing } from './log-ring.ts';

/** Lines read before a chunk is handed out, so that one reader does not hold the others up. */
const chunkLines = 1_000;

/** @param now milliseconds since the epoch, for `sinceSeconds` */
export async function* readLog(
  log: LogRing,
  options: LogOptions,
  now: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const budget = { left: options.limitBytes ?? Infinity };
  const arriving: (LogLine | undefined)[] = [];
  let wake: (() => void) | undefined;
  const stop = options.follow
    ? log.follow((line) => {
        arriving.push(line);
        wake?.();
      })
    : () => undefined;
  const leave = (): void => wake?.();
  signal.addEventListener('abort', leave, { once: true });
  try {
    const lines = selectLines(log.lines(), options, now);
    for (let from = 0; from < lines.length && budget.left > 0; from += chunkLines) {
      yield render(lines.slice(from, from + chunkLines), options, budget);
    }
    while (options.follow && budget.left > 0 && !signal.aborted) {
      const batch = arriving.splice(0);
      const end = batch.indexOf(undefined);
      const text = render((end === -1 ? batch : batch.slice(0, end)) as LogLine[], options, budget);
      if (text !== '') yield text;
      if (end !== -1) return;
      if (arriving.length > 0 || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    stop();
    signal.removeEventListener('abort', leave);
  }
}

function selectLines(lines: readonly LogLine[], options: LogOptions, now: number): readonly LogLine[] {
  const since =
    options.sinceTime === undefined
      ? now - (options.sinceSeconds ?? Infinity) * 1000
      : Date.parse(options.sinceTime);
  const recent = since > 0 ? lines.filter(({ time }) => time >= since) : lines;
  const { tailLines } = options;
  return tailLines === undefined ? recent : tailLines === 0 ? [] : recent.slice(-tailLines);
}

function render(lines: readonly LogLine[], options: LogOptions, budget: { left: number }): string {
  let text = '';
  for (const line of lines) {
    text += options.timestamps ? `${nanoseconds(line.time)} ${line.text}\n` : `${line.text}\n`;
  }
  const bytes = Buffer.byteLength(text);
  if (bytes <= budget.left) {
    budget.left -= bytes;
    return text;
  }
  const cut = Buffer.from(text).subarray(0, budget.left).toString();
  budget.left = 0;
  return cut;
}

/** RFC 3339 with nanoseconds, as the container runtime writes them. */
const nanoseconds = (time: number): string => `${new Date(time).toISOString().slice(0, -1)}000000Z`;
