import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { patienceMs } from '../../../support/patience.ts';
import type { TestClock } from './test-clock.ts';

/** What this process holds on to. */
export interface Held {
  /** TCP connections that are open. */
  readonly sockets: number;
  /** Timers of the sandbox that wait. */
  readonly timers: number;
  /** Memory after a full collection, buffers included. */
  readonly bytes: number;
}

export interface Work {
  readonly requests: number;
  /** That were open at the same time. */
  readonly connections: number;
}

/** Connections that were closed take a moment to go: it waits up to `withinMs` until no more than `sockets` are left. */
export async function held(clock: TestClock, sockets: number, withinMs = patienceMs): Promise<Held> {
  const end = performance.now() + withinMs;
  while (openSockets() > sockets && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { sockets: openSockets(), timers: clock.pending, bytes: bytesInUse() };
}

/** What the work has left behind, in words; held.test.ts shows what is noticed. */
export function leftBehind(before: Held, after: Held, { requests, connections }: Work): string[] {
  const grown = (what: keyof Held, limit: number): string[] => {
    const more = after[what] - before[what];
    return more > limit ? [`${more} more ${what} after ${requests} requests: at most ${limit} are fine`] : [];
  };
  return [
    ...grown('sockets', 0),
    // Idle timers of the proxies' pools come and go.
    ...grown('timers', connections * 2),
    // The kubelet keeps lines of the containers' logs.
    ...grown('bytes', requests * 4096),
  ];
}

export const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

function bytesInUse(): number {
  // The flag may be set late: contexts made from then on have the function.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What a finalizer lets go of is there until the collection after: so it is collected until nothing more goes.
  for (let bytes = Number.POSITIVE_INFINITY; ;) {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    if (heapUsed + external >= bytes) return bytes;
    bytes = heapUsed + external;
  }
}
