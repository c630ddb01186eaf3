import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEventExpiry } from '../../../sandbox/controllers/event-expiry.ts';
import { type NewEvent, type RecordEvent, createRecorder } from '../../../sandbox/controllers/events.ts';
import { seededRandom } from '../../../sandbox/clock/clock.ts';
import { type Event, events, namespaces, nodes, pods } from '../../../sandbox/kube/resources.ts';
import { ensureNode } from '../../../sandbox/controllers/node.ts';
import { pod } from './manifests.ts';
import { World } from './world.ts';

let world: World;
let record: RecordEvent;
beforeEach(() => {
  world = new World(startEventExpiry);
  const { cluster, clock, log } = world;
  record = createRecorder({ cluster, clock, random: seededRandom(9), log: (line) => void log.push(line) });
});
afterEach(() => world.close());

const started = (message = 'Started container app'): NewEvent => ({
  regarding: world.cluster.get(pods, 'shop', 'web') ?? world.cluster.create(pods, pod('web')),
  type: 'Normal',
  reason: 'Started',
  message,
  component: 'kubelet',
  fieldPath: 'spec.containers{app}',
});

const stored = (): readonly Event[] => world.cluster.list(events, 'shop');

describe('an event', () => {
  it('names its object, its time and who says it', () => {
    record(started());
    expect(stored()).toEqual([
      expect.objectContaining({
        involvedObject: expect.objectContaining({
          kind: 'Pod',
          name: 'web',
          namespace: 'shop',
          fieldPath: 'spec.containers{app}',
        }),
        type: 'Normal',
        reason: 'Started',
        message: 'Started container app',
        source: { component: 'kubelet' },
        firstTimestamp: '2025-04-01T10:00:00Z',
        count: 1,
      }),
    ]);
    expect(stored()[0]?.metadata.name).toMatch(/^web\.[0-9a-f]{16}$/);
  });

  it('is stored 25 times, then every five minutes, and counted nevertheless', async () => {
    const counts = (): unknown => stored().map(({ count }) => count);
    for (let time = 0; time < 40; time += 1) record(started());
    expect(counts()).toEqual([25]);
    record({ ...started(), component: 'default-scheduler' });
    expect(counts()).toEqual([25, 1]);
    await world.clock.advance(300_000);
    record(started());
    record(started());
    expect(counts()).toEqual([41, 1]);
  });

  it('that comes again is counted', async () => {
    record(started());
    await world.clock.advance(60_000);
    record(started());
    expect(stored()).toEqual([
      expect.objectContaining({
        count: 2,
        firstTimestamp: '2025-04-01T10:00:00Z',
        lastTimestamp: '2025-04-01T10:01:00Z',
      }),
    ]);
  });

  it('of ten messages and more is combined into one, with the message of the last', async () => {
    const pairs = (): unknown => stored().map(({ message, count }) => [message, count]);
    const messages = Array.from({ length: 9 }, (_, index) => `Created pod ${index}`);
    for (const message of messages) record(started(message));
    record(started('Created pod 9'));
    await world.clock.advance(60_000);
    record(started('Created pod 10'));
    record(started('Created pod 11'));
    const combined = ['(combined from similar events): Created pod 11', 3];
    expect(pairs()).toEqual([...messages.map((message) => [message, 1]), combined]);
    expect(stored().at(-1)).toMatchObject({
      firstTimestamp: '2025-04-01T10:00:00Z',
      lastTimestamp: '2025-04-01T10:01:00Z',
    });
    // Another reason is another matter, and so is the same one ten minutes after the last.
    record({ ...started('Created pod 12'), reason: 'Killing' });
    await world.clock.advance(600_001);
    record(started('Created pod 13'));
    expect(stored().slice(-2)).toMatchObject([
      { message: 'Created pod 12', count: 1 },
      { message: 'Created pod 13', count: 1 },
    ]);
  });

  it('with another message is another one', () => {
    record(started());
    record(started('Started container istio-proxy'));
    expect(stored()).toHaveLength(2);
  });

  it('is listed after those that happened before it', () => {
    const messages = Array.from({ length: 20 }, (_, index) => `Step ${index}`);
    for (const message of messages) record({ ...started(message), reason: message.replace(' ', '') });
    expect(stored().map(({ message }) => message)).toEqual(messages);
  });

  it('is not lost when another recorder took its name', () => {
    const { cluster, clock } = world;
    const other = createRecorder({
      cluster,
      clock,
      random: seededRandom(9),
      log: (line) => void world.log.push(line),
    });
    const event = started();
    record(event);
    other({ ...event, component: 'default-scheduler' });
    expect(stored()).toHaveLength(2);
    expect(world.log).toEqual([]);
  });

  it('of a cluster-scoped object is kept in the namespace default', () => {
    ensureNode(world.cluster, world.clock);
    const [node] = world.cluster.list(nodes);
    if (node !== undefined) record({ ...started(), regarding: node, reason: 'NodeReady' });
    expect(world.cluster.list<Event>(events, 'default').map(({ reason }) => reason)).toEqual(['NodeReady']);
  });

  it('goes an hour after it was last seen', async () => {
    record(started());
    await world.clock.advance(3_000_000);
    record(started());
    await world.clock.advance(3_599_000);
    expect(stored()).toHaveLength(1);
    await world.clock.advance(1_000);
    expect(stored()).toEqual([]);
  });

  it('that is gone does not keep its successor from being stored, which goes on counting', async () => {
    record(started());
    await world.clock.advance(3_600_000);
    expect(stored()).toEqual([]);
    record(started());
    expect(stored()).toEqual([expect.objectContaining({ count: 2, firstTimestamp: '2025-04-01T10:00:00Z' })]);
  });

  it('of a namespace on its way out is only logged', () => {
    const event = started();
    world.cluster.delete(namespaces, '', 'shop');
    record(event);
    expect(stored()).toEqual([]);
    expect(world.log[0]).toContain('event Started of Pod web: ');
  });
});
