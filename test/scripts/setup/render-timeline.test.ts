import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { criticalPath } from '../../../scripts/setup/critical-path.ts';
import { readTimeline } from '../../../scripts/setup/read-timeline.ts';
import { renderTimeline } from '../../../scripts/setup/render-timeline.ts';
import type { Timeline, TimelineTask } from '../../../scripts/setup/timeline.ts';

const task = (
  id: string,
  needs: readonly string[],
  startMs: number | null,
  endMs: number,
  status: TimelineTask['status'] = 'done',
): TimelineTask => ({ id, title: `Task ${id}`, needs, status, startMs, endMs, notes: [] });

const timeline: Timeline = {
  version: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  totalMs: 10_000,
  tasks: [
    task('tools', [], 0, 1000),
    task('image', [], 0, 4000),
    task('cluster', ['tools', 'image'], 4000, 7000),
    task('pulls', ['image'], 4000, 5000),
    task('apps', ['cluster', 'pulls'], 7500, 10_000, 'failed'),
    task('never', ['apps'], null, 10_000, 'stopped'),
  ],
};

describe('the critical path', () => {
  it('goes from the last end back over what each task waited for longest, with the idle time between', () => {
    expect(criticalPath(timeline).map(({ task: { id }, idleMs }) => [id, idleMs])).toEqual([
      ['image', 0],
      ['cluster', 0],
      ['apps', 500],
    ]);
  });

  it('is nothing where nothing ran', () => {
    expect(criticalPath({ ...timeline, tasks: [] })).toEqual([]);
  });
});

describe('a timeline as text', () => {
  it('has a bar for each task that ran, in the order of their starts, and names the path', () => {
    expect(renderTimeline(timeline, 42)).toBe(
      [
        'Timeline: 10.0 s. Marked with *: what it had to wait for, one after the other.',
        '  Task tools   █·········   1.0 s',
        '* Task image   ████······   4.0 s',
        '* Task cluster ····███···   3.0 s',
        '  Task pulls   ····█·····   1.0 s',
        '* Task apps    ········██   2.5 s failed',
        'Critical path: image 4.0 s → cluster 3.0 s',
        '→ apps 2.5 s; idle between them: 0.5 s',
      ].join('\n'),
    );
  });
});

describe('a saved timeline', () => {
  it.each([
    ['a file that is not there', undefined, 'it cannot be read'],
    ['a file of something else', 'hello', 'it is not JSON'],
    ['JSON of something else', '{"version":2}', 'it has no tasks of version 1'],
  ])('is refused for %s', (_, text, why) => {
    const dir = mkdtempSync(join(tmpdir(), 'mesh-workshop-timeline-'));
    const file = join(dir, 'timeline.json');
    if (text !== undefined) writeFileSync(file, text);
    expect(() => readTimeline(file)).toThrow(`${file} is no timeline: ${why}`);
    rmSync(dir, { recursive: true });
  });
});
