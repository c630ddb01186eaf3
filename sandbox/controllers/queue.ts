// The heart of every controller: keys that need a look, each at most once at a time, again until it went well.

import type { Clock, Timer } from '../clock/clock.ts';
import { isStatus } from '../kube/status-error.ts';
import type { Turns } from './turns.ts';

export interface Queue {
  /** Has `key` reconciled soon; while it waits, further calls change nothing. */
  add(key: string): void;
  /** Has `key` reconciled in `ms` milliseconds, or earlier if an earlier time was asked for. */
  addAfter(key: string, ms: number): void;
  /** Nothing runs and no timer waits afterwards. */
  close(): void;
}

export interface QueueOptions {
  /** Names the controller in the log. */
  readonly name: string;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly log: (line: string) => void;
  /** Brings the world one step closer to what `key` asks for. Throwing means: try again later. */
  readonly reconcile: (key: string) => void;
}

const firstRetryMs = 5;
const longestRetryMs = 30_000;
// A conflict means that newer data is at hand: look at once. More than a few in a row are an error like any other.
const conflictsInARow = 5;

export function createQueue({ name, clock, turns, log, reconcile }: QueueOptions): Queue {
  const waiting = new Set<string>();
  const failures = new Map<string, number>();
  const timers = new Map<string, { readonly due: number; readonly timer: Timer }>();
  let closed = false;

  const add = (key: string): void => {
    if (closed || waiting.has(key)) return;
    waiting.add(key);
    turns.run(() => process(key));
  };

  const process = (key: string): void => {
    if (closed) return;
    waiting.delete(key);
    try {
      reconcile(key);
      failures.delete(key);
    } catch (error) {
      retry(key, error);
    }
  };

  const retry = (key: string, error: unknown): void => {
    const failed = (failures.get(key) ?? 0) + 1;
    failures.set(key, failed);
    if (isStatus(error, 'Conflict') && failed <= conflictsInARow) {
      add(key);
      return;
    }
    log(`${name} ${key}: ${error instanceof Error ? error.message : String(error)}`);
    addAfter(key, Math.min(longestRetryMs, firstRetryMs * 2 ** (failed - 1)));
  };

  const addAfter = (key: string, ms: number): void => {
    if (closed) return;
    const due = clock.now() + ms;
    const planned = timers.get(key);
    if (planned !== undefined && planned.due <= due) return;
    planned?.timer.clear();
    const timer = clock.after(ms, () => {
      timers.delete(key);
      add(key);
    });
    timers.set(key, { due, timer });
  };

  return {
    add,
    addAfter,
    close() {
      closed = true;
      for (const { timer } of timers.values()) timer.clear();
      timers.clear();
    },
  };
}
