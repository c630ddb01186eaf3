import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../sandbox/clock/clock.ts';
import type { VirtualSocket } from '../../../sandbox/network/network.ts';
import { createSocketPair } from '../../../sandbox/network/socket-pair.ts';
import { createTurns } from '../../../sandbox/network/turns.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

const pair = (clock = systemClock): readonly [VirtualSocket, VirtualSocket] =>
  createSocketPair({
    clock,
    turns: createTurns(),
    client: { ip: '10.10.0.2', port: 40_000 },
    server: { ip: '10.10.0.3', port: 80 },
  });

const failure = async (socket: VirtualSocket): Promise<string | undefined> => {
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  return error.code;
};

describe('a socket pair', () => {
  it('carries bytes both ways, in order, whatever their number', async () => {
    const [client, server] = pair();
    const sent = Buffer.alloc(1_000_000, 'abcdefg');
    server.on('data', (chunk: Buffer) => server.write(chunk));
    server.on('end', () => server.end());
    client.write(sent.subarray(0, 1));
    client.write(sent.subarray(1, 500_000));
    client.end(sent.subarray(500_000));
    expect((await text(client)).length).toBe(sent.length);
  });

  it('shows each end the other’s address', () => {
    const [client, server] = pair();
    expect([client.localPort, client.remoteAddress, client.remotePort]).toEqual([40_000, '10.10.0.3', 80]);
    expect([server.localAddress, server.localPort, server.remoteAddress]).toEqual([
      '10.10.0.3',
      80,
      '10.10.0.2',
    ]);
  });

  it('makes a fast writer wait for a slow reader', async () => {
    const [client, server] = pair();
    const chunk = Buffer.alloc(16 * 1024);
    let written = 0;
    while (client.write(chunk) && written < 1_000) written += 1;
    await settled();
    while (client.write(chunk) && written < 1_000) written += 1;
    await settled();
    expect(written).toBeLessThan(20);
    expect(client.writableNeedDrain).toBe(true);
    server.resume();
    await once(client, 'drain');
  });

  it('can be half-closed by the client: the server still answers', async () => {
    const [client, server] = pair();
    client.end('question');
    let asked = '';
    server.on('data', (chunk: Buffer) => (asked += chunk.toString()));
    await once(server, 'end');
    expect(asked).toBe('question');
    server.end('answer');
    expect(await text(client)).toBe('answer');
  });

  it('delivers what was written before an end and before a destroy', async () => {
    const [client, server] = pair();
    server.write('one ');
    server.write('two');
    server.destroy();
    expect(await text(client)).toBe('one two');
  });

  it('ends the peer without an error when it is destroyed', async () => {
    const [client, server] = pair();
    client.destroy();
    expect(await text(server)).toBe('');
  });

  it('resets the peer after what it had sent', async () => {
    const [client, server] = pair();
    let seen = '';
    client.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    server.write('half an ans');
    server.resetAndDestroy();
    expect(await failure(client)).toBe('ECONNRESET');
    expect(seen).toBe('half an ans');
  });

  it('resets a writer whose bytes nobody will read', async () => {
    const [client, server] = pair();
    client.write('unread');
    server.destroy();
    expect(await failure(client)).toBe('ECONNRESET');
  });

  it('resets who writes after the peer is gone', async () => {
    const [client, server] = pair();
    client.allowHalfOpen = true;
    server.destroy();
    client.write('anybody there?');
    expect(await failure(client)).toBe('ECONNRESET');
  });

  it('emits "timeout" after so much idleness, counted from the last byte', async () => {
    const clock = new ManualClock();
    const [client, server] = pair(clock);
    let timeouts = 0;
    client.setTimeout(5_000, () => (timeouts += 1));
    await clock.advance(4_000);
    server.write('still here');
    client.resume();
    await clock.advance(4_999);
    expect(timeouts).toBe(0);
    await clock.advance(1);
    expect(timeouts).toBe(1);
    client.once('timeout', () => (timeouts += 1));
    client.write('alive');
    await clock.advance(5_000);
    expect(timeouts).toBe(2);
    client.destroy();
    server.destroy();
    expect(clock.pending).toBe(0);
  });

  it('serves node:http on both sides, with requests that follow each other on one connection', async () => {
    const [client, server] = pair();
    const http = createServer((incoming, response) => {
      void text(incoming).then((body) => response.end(`${incoming.method} ${incoming.url} ${body}`));
    });
    http.emit('connection', server);
    for (const path of ['/one', '/two']) {
      const asked = request({ path, method: 'POST', createConnection: () => client });
      asked.shouldKeepAlive = true;
      asked.end('body');
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      expect(await text(response)).toBe(`POST ${path} body`);
      await settled();
    }
    client.destroy();
  });

  it('lets timers and sockets of the process have their turn while it is busy', async () => {
    const [client, server] = pair();
    let bounces = 0;
    client.on('data', () => {
      bounces += 1;
      if (bounces < 1_000_000 && !client.destroyed) client.write('x');
    });
    server.on('data', () => server.write('x'));
    server.on('error', () => undefined);
    client.write('x');
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    client.destroy();
    expect(bounces).toBeGreaterThan(10);
    expect(bounces).toBeLessThan(10_000);
  });

  it('is collectable once both ends are closed', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const ends = await (async () => {
      const [client, server] = pair();
      server.resume();
      client.end('x');
      client.resume();
      server.end();
      await Promise.all([once(client, 'close'), once(server, 'close')]);
      return [new WeakRef(client), new WeakRef(server)];
    })();
    await settled();
    collect();
    await settled();
    collect();
    expect(ends.map((end) => end.deref())).toEqual([undefined, undefined]);
  });
});
