// Clients that send or read slowly, or stop. Istio sets no stream_idle_timeout: nothing but the route's own timeout
// ends a request that hangs.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { exchange } from './support/client.ts';
import { toWeb, webConfig } from './support/config.ts';
import { startProxy, startRawUpstream, startUpstream, type TestProxy } from './support/proxy.ts';

const megabyte = 1024 * 1024;
const everything = [
  {
    match: { path: '/large' },
    direct_response: { status: 200, body: { inline_string: 'x'.repeat(megabyte) } },
  },
  {
    match: { path: '/huge' },
    direct_response: { status: 200, body: { inline_string: 'x'.repeat(32 * megabyte) } },
  },
  { match: { prefix: '/' }, route: toWeb() },
];
const hour = 3_600_000;

/** A client of a proxy that has seen it, and its text on its way. */
async function opened({ port, clock }: TestProxy, text: string): Promise<Socket> {
  const client = connect(port, '127.0.0.1');
  await expect.poll(() => clock.nextIn).toBe(hour);
  client.write(text);
  return client;
}

it.each([
  ['the head', 'GET / HTTP/1.1\r\nhost: a\r\n', '\r\n'],
  ['the body', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nab', 'cd'],
])('waits a day for the rest of %s, as Istio configures it', async (_, first, rest) => {
  await using upstream = await startUpstream((request, response) => {
    request.resume().on('end', () => response.end('ok'));
  });
  await using mesh = await startProxy(webConfig(everything, [upstream.port]));
  const client = await opened(mesh, first);
  await expect.poll(() => mesh.bytesRead()).toBe(first.length);
  await mesh.clock.advance(24 * hour);
  client.write(rest);
  const [answer] = (await once(client, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  client.destroy();
});

it('closes a connection without a request after an hour, the time of its last request not counted', async () => {
  await using upstream = await startUpstream((request, response) => {
    request.resume().on('end', () => response.end('ok'));
  });
  await using mesh = await startProxy(webConfig(everything, [upstream.port]));
  const client = await opened(mesh, 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nab');
  client.resume();
  await expect.poll(() => upstream.count).toBe(1);
  await mesh.clock.advance(2 * hour);
  client.write('cd');
  await expect.poll(() => mesh.logs.length).toBe(1);
  await mesh.clock.advance(hour - 1);
  expect(client.closed).toBe(false);
  await mesh.clock.advance(1);
  await expect.poll(() => client.closed).toBe(true);
});

it('closes a connection that never had a request after an hour', async () => {
  await using mesh = await startProxy(webConfig(everything, []));
  const idle = exchange(mesh.port, '');
  await expect.poll(() => mesh.clock.nextIn).toBe(hour);
  await mesh.clock.advance(hour);
  expect(await idle).toBe('');
});

it('answers 408 SI to half a head where stream_idle_timeout is set (facts §8.2)', async () => {
  await using mesh = await startProxy(webConfig(everything, [], { manager: { stream_idle_timeout: '5s' } }));
  const slow = exchange(mesh.port, 'GET / HTTP/1.1\r\nhost: a\r\n');
  await expect.poll(() => mesh.clock.nextIn).toBe(5000);
  await mesh.clock.advance(5000);
  expect(await slow).toMatch(/^HTTP\/1\.1 408 [\s\S]*stream timeout$/);
  expect(mesh.logs[0]).toContain(' 408 SI stream_idle_timeout ');
});

it('does not work ahead of a client that asks again and again without reading', async () => {
  const count = 32;
  await using mesh = await startProxy(webConfig(everything, []));
  const client = await opened(mesh, 'GET /large HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(count));
  client.pause();
  await expect.poll(() => mesh.logs.length).toBeGreaterThan(0);
  await expect
    .poll(
      stillness(() => mesh.logs.length),
      { interval: 50 },
    )
    .toBe(true);
  expect(mesh.logs.length).toBeLessThan(count / 2);
  client.resume();
  await expect.poll(() => mesh.logs.length).toBe(count);
  client.destroy();
});

it('gives a client that stops reading a second before it closes the connection for good', async () => {
  await using mesh = await startProxy(webConfig(everything, []));
  const client = await opened(mesh, 'GET /huge HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
  client.on('error', () => undefined);
  client.pause();
  await expect.poll(() => mesh.logs.length).toBe(1);
  await expect
    .poll(
      stillness(() => client.bytesRead),
      { interval: 50 },
    )
    .toBe(true);
  await mesh.clock.advance(5000);
  client.resume();
  await once(client, 'close');
  expect(client.bytesRead).toBeLessThan(32 * megabyte);
});

it('drops what an upstream is still to send when the client has left in the middle of the answer', async () => {
  let gone = false;
  await using upstream = await startRawUpstream((socket) => {
    socket.on('close', () => (gone = true));
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'));
  });
  await using mesh = await startProxy(webConfig(everything, [upstream.port]));
  const client = await opened(mesh, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  await once(client, 'data');
  client.destroy();
  await expect.poll(() => gone).toBe(true);
  expect(mesh.logs[0]).toContain(' 200 DC downstream_remote_disconnect ');
});

it('drops what an upstream was sent when the client has left in the middle of the request', async () => {
  let cut = false;
  await using upstream = await startUpstream((request) => {
    request.resume().on('error', () => undefined);
    request.on('close', () => (cut = !request.complete));
  });
  await using mesh = await startProxy(webConfig(everything, [upstream.port]));
  const client = await opened(mesh, 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf');
  await expect.poll(() => upstream.count).toBe(1);
  client.destroy();
  await expect.poll(() => cut).toBe(true);
  expect(mesh.logs[0]).toContain(' 0 DC downstream_remote_disconnect ');
});

/** True once the number has not changed since it was asked for last. */
function stillness(number: () => number): () => boolean {
  let before = Number.NaN;
  return () => {
    const now = number();
    const still = now === before;
    before = now;
    return still;
  };
}
