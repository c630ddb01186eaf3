import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { SetUpEvent } from '../../../scripts/setup/event.ts';
import { runGraph } from '../../../scripts/setup/graph.ts';
import { heldTask, type HeldTask } from './task.ts';

interface Started {
  readonly events: readonly SetUpEvent[];
  readonly end: Promise<void>;
  readonly stop: AbortController;
}

function start(...tasks: readonly HeldTask[]): Started {
  const events: SetUpEvent[] = [];
  const stop = new AbortController();
  const end = runGraph(tasks, { signal: stop.signal, onEvent: (event) => events.push(event) });
  end.catch(() => undefined);
  return { events, end, stop };
}

const running = (...tasks: readonly HeldTask[]): readonly string[] =>
  tasks.filter((task) => task.context() !== undefined).map(({ id }) => id);

describe('a graph of tasks', () => {
  it('starts each task as soon as what it needs is done, whatever else still runs', async () => {
    const [image, cluster, pulls, apps] = [
      heldTask('image'),
      heldTask('cluster', ['image'], ['api']),
      heldTask('pulls', ['cluster']),
      heldTask('apps', ['api']),
    ];
    const tasks = [apps, pulls, cluster, image] as const;
    const { end, events } = start(...tasks);
    await turn();
    expect(running(...tasks)).toEqual(['image']);
    image.finish();
    await turn();
    expect(running(...tasks)).toEqual(['cluster', 'image']);
    cluster.finish('Cluster: ready');
    await turn();
    expect(running(...tasks)).toEqual(['apps', 'pulls', 'cluster', 'image']);
    apps.finish();
    pulls.finish();
    await expect(end).resolves.toBeUndefined();
    expect(events).toContainEqual({ kind: 'done', id: 'cluster', title: 'Cluster: ready' });
    expect(events).toContainEqual({ kind: 'done', id: 'apps', title: 'Task apps' });
  });

  it('tells of each task what it still waits for', async () => {
    const [a, b, last] = [heldTask('a'), heldTask('b'), heldTask('last', ['a', 'b'])];
    const { end, events } = start(a, b, last);
    await turn();
    a.finish();
    await turn();
    b.finish();
    last.finish();
    await end;
    expect(events.filter(({ id }) => id === 'last')).toEqual([
      { kind: 'waiting', id: 'last', needs: ['a', 'b'] },
      { kind: 'waiting', id: 'last', needs: ['b'] },
      { kind: 'started', id: 'last' },
      { kind: 'done', id: 'last', title: 'Task last' },
    ]);
  });

  it('aborts what runs when a task fails, waits until it has ended, and rejects with the first error', async () => {
    const [bad, busy, later] = [heldTask('bad'), heldTask('busy'), heldTask('later', ['busy'])];
    const { end, events } = start(bad, busy, later);
    await turn();
    const error = new Error('the image is gone');
    bad.fail(error);
    await turn();
    expect(busy.context()?.signal.aborted).toBe(true);
    await expect(Promise.race([end, turn('still running')])).resolves.toBe('still running');
    busy.fail(new Error('killed'));
    await expect(end).rejects.toBe(error);
    expect(later.context()).toBeUndefined();
    expect(events.slice(-3)).toEqual([
      { kind: 'failed', id: 'bad', error },
      { kind: 'stopped', id: 'busy' },
      { kind: 'stopped', id: 'later' },
    ]);
  });

  it('ends with the reason of the signal when it is stopped from outside', async () => {
    const [busy, later] = [heldTask('busy'), heldTask('later', ['busy'])];
    const { end, stop, events } = start(busy, later);
    await turn();
    const reason = new Error('Ctrl+C');
    stop.abort(reason);
    busy.fail(new Error('killed'));
    await expect(end).rejects.toBe(reason);
    expect(events.slice(-2)).toEqual([
      { kind: 'stopped', id: 'busy' },
      { kind: 'stopped', id: 'later' },
    ]);
  });

  it.each([
    ['a need that nobody gives', [heldTask('a', ['b'])], 'Task "a" needs "b", which no task gives'],
    ['a name given twice', [heldTask('a'), heldTask('b', [], ['a'])], 'Two tasks of the set-up give "a"'],
    [
      'a circle',
      [heldTask('a', ['b']), heldTask('b', ['c']), heldTask('c', ['a'])],
      'Tasks wait for each other: a → b → c → a',
    ],
  ])('is refused before anything runs for %s', async (_, tasks, message) => {
    const { end } = start(...tasks);
    await expect(end).rejects.toThrow(message);
    expect(running(...tasks)).toEqual([]);
  });
});
