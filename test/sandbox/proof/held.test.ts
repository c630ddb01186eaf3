// That what load.test.ts would find is found: each leak is made here.

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { held, leftBehind, openSockets } from './support/held.ts';
import { TestClock } from './support/test-clock.ts';

const work = { requests: 800, connections: 64 };
const clock = new TestClock();
let kept: unknown[] = [];
let undo: (() => void)[] = [];

afterEach(() => {
  kept = [];
  for (const step of undo) step();
  undo = [];
});

it.each<readonly [what: string, leak: () => void | Promise<void>, found: string[]]>([
  ['nothing', () => undefined, []],
  ['a socket', leaveSocketOpen, ['sockets']],
  ['a timer of each request', () => perRequest(leaveTimer), ['timers']],
  ['a timer of each connection, as pools do', () => perConnection(leaveTimer), []],
  [
    'an object of 12 KB of each request',
    () => perRequest(() => kept.push(Array.from('x'.repeat(1500)))),
    ['bytes'],
  ],
  ['a buffer of 12 KB of each request', () => perRequest(() => kept.push(Buffer.alloc(12_000))), ['bytes']],
])('%s left behind', async (_what, leak, found) => {
  const sockets = openSockets();
  const before = await held(clock, sockets, 0);
  await leak();
  const left = leftBehind(before, await held(clock, sockets, 0), work);
  expect(left.map((text) => /^\d+ more (\w+) after 800 requests/u.exec(text)?.[1])).toEqual(found);
});

const perRequest = (step: () => unknown): void => times(work.requests, step);
const perConnection = (step: () => unknown): void => times(work.connections, step);

function times(count: number, step: () => unknown): void {
  for (let at = 0; at < count; at += 1) step();
}

function leaveTimer(): void {
  const timer = clock.after(3_600_000, () => undefined);
  undo.push(() => timer.clear());
}

async function leaveSocketOpen(): Promise<void> {
  const server = createServer((socket: Socket) => undo.push(() => socket.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(client, 'connect');
  undo.push(() => {
    client.destroy();
    server.close();
  });
}
