// A timeline as text: a bar for each task, and the chain that made it as long as it was.

import wrapAnsi from 'wrap-ansi';
import { criticalPath } from './critical-path.ts';
import type { Timeline, TimelineTask } from './timeline.ts';

const longestTitle = 44;
const longestBar = 60;

export function renderTimeline(timeline: Timeline, width: number): string {
  const tasks = timeline.tasks.filter(({ startMs }) => startMs !== null);
  const path = criticalPath(timeline);
  const onPath = new Set(path.map(({ task }) => task.id));
  const titleWidth = Math.min(longestTitle, Math.max(0, ...tasks.map(({ title }) => title.length)));
  const barWidth = Math.max(10, Math.min(longestBar, width - titleWidth - 22));
  const lines = tasks
    .toSorted((a, b) => (a.startMs ?? 0) - (b.startMs ?? 0))
    .map((task) => {
      const mark = onPath.has(task.id) ? '*' : ' ';
      const title = shortened(task.title, titleWidth).padEnd(titleWidth);
      const end = task.status === 'done' ? '' : ` ${task.status}`;
      return `${mark} ${title} ${bar(task, timeline.totalMs, barWidth)} ${seconds(lengthOf(task)).padStart(7)}${end}`;
    });
  const idleMs = path.reduce((sum, step) => sum + step.idleMs, 0);
  return [
    `Timeline: ${seconds(timeline.totalMs)}. Marked with *: what it had to wait for, one after the other.`,
    ...lines,
    wrapAnsi(
      `Critical path: ${path.map(({ task }) => `${task.id} ${seconds(lengthOf(task))}`).join(' → ')}; idle between them: ${seconds(idleMs)}`,
      width,
    ),
  ].join('\n');
}

function bar(task: TimelineTask, totalMs: number, width: number): string {
  const at = (ms: number): number => Math.round((ms / Math.max(1, totalMs)) * width);
  const start = Math.min(width - 1, at(task.startMs ?? 0));
  const length = Math.max(1, at(task.endMs) - start);
  return `${'·'.repeat(start)}${'█'.repeat(length)}`.padEnd(width, '·');
}

const lengthOf = ({ startMs, endMs }: TimelineTask): number => endMs - (startMs ?? endMs);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const shortened = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;
