// What the length of a set-up comes from: the chain of tasks of which each waited for the one before.

import type { Timeline, TimelineTask } from './timeline.ts';

export interface PathStep {
  readonly task: TimelineTask;
  /** Time between the end of what it waited for and its own start, in which nothing of the chain ran. */
  readonly idleMs: number;
}

/** From the first task to the one that ended last. Tasks that never started have no part in it. */
export function criticalPath({ tasks }: Timeline): readonly PathStep[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const path: PathStep[] = [];
  for (let task = lastOf(tasks); task !== undefined;) {
    const before = lastOf(task.needs.flatMap((id) => byId.get(id) ?? []));
    path.unshift({ task, idleMs: (task.startMs ?? 0) - (before?.endMs ?? 0) });
    task = before;
  }
  return path;
}

const lastOf = (tasks: readonly TimelineTask[]): TimelineTask | undefined =>
  tasks.filter(({ startMs }) => startMs !== null).toSorted((a, b) => b.endMs - a.endMs)[0];
