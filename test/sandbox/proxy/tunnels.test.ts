import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { exchange } from './support/client.ts';
import { toWeb, webConfig } from './support/config.ts';
import { startProxy, startRawUpstream } from './support/proxy.ts';

const everything = [{ match: { prefix: '/' }, route: toWeb() }];
const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const ask = 'GET / HTTP/1.1\r\nhost: a\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n';

it('sends what came right behind the request for an upgrade once the upstream has agreed', async () => {
  await using upstream = await startRawUpstream((socket) => {
    socket.once('data', () => {
      socket.write(switching);
      socket.on('data', (chunk: Buffer) => socket.write(`echo ${chunk.toString()}`));
    });
  });
  await using mesh = await startProxy(webConfig(everything, [upstream.port]));
  const client = connect(mesh.port, '127.0.0.1', () => client.write(`${ask}abcd`));
  let text = '';
  client.on('data', (chunk) => (text += chunk.toString()));
  await expect.poll(() => text).toMatch(/\r\n\r\necho abcd$/);
  client.destroy();
});

it.each([
  [
    'the upstream',
    (_: Socket, upstream: Socket) => upstream.end(),
    ' 101 UC upstream_reset_after_response_started{connection_termination} ',
  ],
  ['the client', (client: Socket) => client.destroy(), ' 101 DC downstream_remote_disconnect '],
  // Envoy knows no half-closed connections of HTTP.
  ['the client with half of it', (client: Socket) => client.end(), ' 101 DC downstream_remote_disconnect '],
])('ends both sides when %s ends its own, and tells so in the log', async (_, end, logged) => {
  const sides: Socket[] = [];
  await using upstream = await startRawUpstream((socket) => {
    sides.push(socket);
    socket.once('data', () => socket.write(switching));
  });
  await using mesh = await startProxy(webConfig(everything, [upstream.port]));
  const client = connect({ port: mesh.port, host: '127.0.0.1' }, () => client.write(ask));
  let text = '';
  client.on('data', (chunk) => (text += chunk.toString()));
  await expect.poll(() => text).toMatch(/^HTTP\/1\.1 101 /);
  const [other] = sides;
  if (other === undefined) throw new Error('the upstream was not asked');
  end(client, other);
  await expect.poll(() => [client.destroyed, other.destroyed]).toEqual([true, true]);
  expect(mesh.logs[0]).toContain(logged);
});

it('carries the request for an upgrade and its answer word for word, and tells no time for it', async () => {
  let head = '';
  await using upstream = await startRawUpstream((socket) => {
    socket.once('data', (chunk) => {
      head = chunk.toString();
      socket.end(switching.replace('Upgrade: websocket', 'Upgrade: WebSocket'));
    });
  });
  await using mesh = await startProxy(webConfig(everything, [upstream.port]));
  const text = await exchange(mesh.port, ask);
  expect(head).toMatch(/\r\nconnection: Upgrade\r\nupgrade: WebSocket\r\n/);
  expect(text).toMatch(/\r\nconnection: Upgrade\r\nupgrade: WebSocket\r\n/);
  expect(text).not.toContain('x-envoy-upstream-service-time');
});
