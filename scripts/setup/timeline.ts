// When each task of a set-up waited, ran and ended: what is printed, saved, and looked at afterwards.

import type { SetUpEvent } from './event.ts';
import { resolveNeeds } from './graph.ts';
import type { SetUpTask } from './task.ts';

/** All times in milliseconds from the start of the set-up. */
export interface TimelineTask {
  readonly id: string;
  readonly title: string;
  /** Ids of the tasks that had to be done first. */
  readonly needs: readonly string[];
  readonly status: 'done' | 'failed' | 'stopped';
  /** null for a task that never started. */
  readonly startMs: number | null;
  readonly endMs: number;
  /** What it said it waited for, and since when. */
  readonly notes: readonly { readonly ms: number; readonly text: string }[];
}

export interface Timeline {
  readonly version: 1;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly totalMs: number;
  readonly tasks: readonly TimelineTask[];
}

export interface TimelineRecorder {
  onEvent(event: SetUpEvent): void;
  timeline(): Timeline;
}

interface Draft {
  title: string;
  status: TimelineTask['status'];
  startMs: number | null;
  endMs: number;
  readonly notes: { ms: number; text: string }[];
}

/** `now` in milliseconds, from any origin. */
export function recordTimeline(
  tasks: readonly SetUpTask[],
  now: () => number,
  startedAt: Date,
): TimelineRecorder {
  const origin = now();
  const since = (): number => Math.round(now() - origin);
  const needsOf = resolveNeeds(tasks);
  const drafts = new Map<string, Draft>(
    tasks.map(({ id, title }) => [id, { title, status: 'stopped', startMs: null, endMs: 0, notes: [] }]),
  );
  return {
    onEvent(event) {
      const draft = drafts.get(event.id);
      if (draft === undefined || event.kind === 'waiting') return;
      if (event.kind === 'started') draft.startMs = since();
      else if (event.kind === 'note') draft.notes.push({ ms: since(), text: event.text });
      else Object.assign(draft, { status: event.kind, endMs: since() });
      if (event.kind === 'done') draft.title = event.title;
    },
    timeline: () => ({
      version: 1,
      startedAt: startedAt.toISOString(),
      totalMs: since(),
      tasks: tasks.flatMap((task) => {
        const draft = drafts.get(task.id);
        const needs = (needsOf.get(task) ?? []).map(({ id }) => id);
        return draft === undefined ? [] : [{ id: task.id, needs, ...draft }];
      }),
    }),
  };
}
