import { describe, expect, it } from 'vitest';
import { recordTimeline } from '../../../scripts/setup/timeline.ts';
import { heldTask } from './task.ts';

describe('the timeline of a set-up', () => {
  it('has the start, the end and the notes of each task, from the start of the set-up', () => {
    let now = 5000;
    const tasks = [heldTask('cluster', [], ['api']), heldTask('apps', ['api']), heldTask('never', ['apps'])];
    const recorder = recordTimeline(tasks, () => now, new Date(0));
    recorder.onEvent({ kind: 'waiting', id: 'apps', needs: ['cluster'] });
    recorder.onEvent({ kind: 'started', id: 'cluster' });
    now += 1500;
    recorder.onEvent({ kind: 'note', id: 'cluster', text: 'starting the node' });
    now += 500;
    recorder.onEvent({ kind: 'done', id: 'cluster', title: 'Cluster: ready' });
    recorder.onEvent({ kind: 'started', id: 'apps' });
    now += 1000;
    recorder.onEvent({ kind: 'failed', id: 'apps', error: new Error('no') });
    recorder.onEvent({ kind: 'stopped', id: 'never' });
    expect(recorder.timeline()).toEqual({
      version: 1,
      startedAt: '1970-01-01T00:00:00.000Z',
      totalMs: 3000,
      tasks: [
        {
          id: 'cluster',
          title: 'Cluster: ready',
          needs: [],
          status: 'done',
          startMs: 0,
          endMs: 2000,
          notes: [{ ms: 1500, text: 'starting the node' }],
        },
        {
          id: 'apps',
          title: 'Task apps',
          needs: ['cluster'],
          status: 'failed',
          startMs: 2000,
          endMs: 3000,
          notes: [],
        },
        {
          id: 'never',
          title: 'Task never',
          needs: ['apps'],
          status: 'stopped',
          startMs: null,
          endMs: 3000,
          notes: [],
        },
      ],
    });
  });
});
