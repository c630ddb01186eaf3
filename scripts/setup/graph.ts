// Runs tasks side by side, each as soon as what it needs is done.

import type { OnSetUpEvent } from './event.ts';
import type { SetUpTask } from './task.ts';
import { firstAbort } from '../process/first-abort.ts';

export interface GraphOptions {
  readonly signal: AbortSignal;
  readonly onEvent: OnSetUpEvent;
}

/**
 * The first task that fails stops the others: those that wait never start, those that run are aborted and waited for.
 * Rejects with its error, or with the reason of an aborted `signal`.
 */
export async function runGraph(
  tasks: readonly SetUpTask[],
  { signal, onEvent }: GraphOptions,
): Promise<void> {
  const needsOf = resolveNeeds(tasks);
  const stop = new AbortController();
  const inner = firstAbort(signal, stop.signal);
  const outcomes = new Map<SetUpTask, Promise<boolean>>();

  function outcomeOf(task: SetUpTask): Promise<boolean> {
    const known = outcomes.get(task);
    if (known !== undefined) return known;
    const outcome = perform(task);
    outcomes.set(task, outcome);
    return outcome;
  }

  async function perform(task: SetUpTask): Promise<boolean> {
    const { id } = task;
    const reached = await needed(task);
    if (!reached || inner.aborted) {
      onEvent({ kind: 'stopped', id });
      return false;
    }
    onEvent({ kind: 'started', id });
    try {
      let noted: string | undefined;
      const note = (text: string): void => {
        if (text !== noted) onEvent({ kind: 'note', id, text });
        noted = text;
      };
      const title = await task.run({ signal: inner, note });
      onEvent({ kind: 'done', id, title: title ?? task.title });
      return true;
    } catch (error) {
      onEvent(inner.aborted ? { kind: 'stopped', id } : { kind: 'failed', id, error });
      // Only the first reason counts.
      stop.abort(error);
      return false;
    }
  }

  async function needed(task: SetUpTask): Promise<boolean> {
    const missing = new Set(needsOf.get(task));
    const announce = (): void => {
      const needs = [...missing].map(({ id }) => id);
      if (needs.length > 0) onEvent({ kind: 'waiting', id: task.id, needs });
    };
    announce();
    const results = await Promise.all(
      [...missing].map(async (other) => {
        const isDone = await outcomeOf(other);
        missing.delete(other);
        if (isDone) announce();
        return isDone;
      }),
    );
    return results.every(Boolean);
  }

  await Promise.all(tasks.map(outcomeOf));
  inner.throwIfAborted();
}

/** @throws Error for two tasks of one id, for a need that nobody gives, and for a circle: defects of ours */
export function resolveNeeds(tasks: readonly SetUpTask[]): ReadonlyMap<SetUpTask, readonly SetUpTask[]> {
  const givers = new Map<string, SetUpTask>();
  for (const task of tasks) {
    for (const name of [task.id, ...(task.gives ?? [])]) {
      if (givers.has(name)) throw new Error(`Two tasks of the set-up give "${name}"`);
      givers.set(name, task);
    }
  }
  const resolved = new Map(
    tasks.map((task) => [
      task,
      [
        ...new Set(
          task.needs.map((name) => {
            const giver = givers.get(name);
            if (giver === undefined)
              throw new Error(`Task "${task.id}" needs "${name}", which no task gives`);
            return giver;
          }),
        ),
      ],
    ]),
  );
  for (const task of tasks) requireNoCircle(task, resolved, []);
  return resolved;
}

function requireNoCircle(
  task: SetUpTask,
  needsOf: ReadonlyMap<SetUpTask, readonly SetUpTask[]>,
  path: readonly SetUpTask[],
): void {
  const way = [...path, task];
  if (path.includes(task)) {
    throw new Error(`Tasks wait for each other: ${way.map(({ id }) => id).join(' → ')}`);
  }
  for (const need of needsOf.get(task) ?? []) requireNoCircle(need, needsOf, way);
}
