import { describe, expect, it } from 'vitest';
import { createQueue } from '../../../sandbox/controllers/queue.ts';
import { createTurns } from '../../../sandbox/controllers/turns.ts';
import { StatusError } from '../../../sandbox/kube/status-error.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

function setUp(reconcile: (key: string, tries: number) => void) {
  const clock = new ManualClock();
  const log: string[] = [];
  const seen: { key: string; at: number }[] = [];
  const start = clock.now();
  const queue = createQueue({
    name: 'test',
    clock,
    turns: createTurns(),
    log: (line) => void log.push(line),
    reconcile: (key) => {
      seen.push({ key, at: clock.now() - start });
      reconcile(key, seen.length);
    },
  });
  return { queue, clock, log, seen, keys: () => seen.map(({ key }) => key) };
}

describe('a queue', () => {
  it('looks at a key once, however often it was added before', async () => {
    const { queue, keys } = setUp(() => undefined);
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    expect(keys()).toEqual([]);
    await settled();
    expect(keys()).toEqual(['a', 'b']);
  });

  it('looks again at a key that was added while it was looked at', async () => {
    const { queue, keys } = setUp((key, tries) => {
      if (tries === 1) queue.add(key);
    });
    queue.add('a');
    await settled();
    expect(keys()).toEqual(['a', 'a']);
  });

  it('tries again after 5, 10, 20 … ms, at most 30 s, and says what went wrong', async () => {
    const { queue, clock, seen, log } = setUp(() => {
      throw new Error('no luck');
    });
    queue.add('a');
    await clock.advance(200_000);
    const pauses = seen.slice(1).map(({ at }, index) => at - (seen[index]?.at ?? 0));
    expect(pauses.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(Math.max(...pauses)).toBe(30_000);
    expect(log[0]).toBe('test a: no luck');
    queue.close();
    expect(clock.pending).toBe(0);
  });

  it('starts over with short pauses once a key went well', async () => {
    const { queue, clock, seen } = setUp((_, tries) => {
      if (tries !== 4) throw new Error('no luck');
    });
    queue.add('a');
    await clock.advance(100);
    queue.add('a');
    await clock.advance(5);
    expect(seen.slice(4).map(({ at }) => at)).toEqual([100, 105]);
    queue.close();
  });

  it('tries again at once, and says nothing, when somebody else was faster', async () => {
    const { queue, clock, keys, log } = setUp((_, tries) => {
      if (tries === 1) throw new StatusError('Conflict', 'the object has been modified');
    });
    queue.add('a');
    await settled();
    expect(keys()).toEqual(['a', 'a']);
    expect(log).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('takes the earliest of several times', async () => {
    const { queue, clock, seen } = setUp(() => undefined);
    queue.addAfter('a', 100);
    queue.addAfter('a', 50);
    queue.addAfter('a', 200);
    await clock.advance(1000);
    expect(seen).toEqual([{ key: 'a', at: 50 }]);
  });

  it('does nothing once it is closed', async () => {
    const { queue, clock, keys } = setUp(() => undefined);
    queue.add('a');
    queue.addAfter('b', 10);
    queue.close();
    queue.add('c');
    await clock.advance(100);
    expect(keys()).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

describe('turns', () => {
  it('let others have their turn while tasks make more tasks without end', async () => {
    const turns = createTurns();
    let done = 0;
    const again = (): void => {
      done += 1;
      turns.run(again);
    };
    turns.run(again);
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBeGreaterThan(0);
    turns.close();
    const before = done;
    await settled();
    expect(done).toBe(before);
  });
});
