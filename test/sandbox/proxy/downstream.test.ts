import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ask, exchange } from './support/client.ts';
import { atGateway, toWeb, webConfig } from './support/config.ts';
import { startProxy, startRawUpstream, startUpstream } from './support/proxy.ts';

const everything = [{ match: { prefix: '/' }, route: toWeb() }];

describe('what the proxy refuses to read, DPE (facts §8.2)', () => {
  it.each([
    [
      'both Content-Length and Transfer-Encoding',
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'two Content-Lengths',
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ncontent-length: 4\r\n\r\nabcd',
      400,
    ],
    ['a signed Content-Length', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: +4\r\n\r\nabcd', 400],
    [
      'a coding other than chunked',
      'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n',
      501,
    ],
    ['a space before the colon', 'GET / HTTP/1.1\r\nhost : a\r\n\r\n', 400],
    ['a folded line', 'GET / HTTP/1.1\r\nhost: a\r\nx: a\r\n b\r\n\r\n', 400],
    ['a bare line feed', 'GET / HTTP/1.1\nhost: a\n\n', 400],
    ['a control character in a value', 'GET / HTTP/1.1\r\nhost: a\r\nx: a\0b\r\n\r\n', 400],
    ['two Hosts', 'GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n', 400],
    ['HTTP/2 in clear text', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['a TLS client hello', '\x16\x03\x01\x02\0\x01\0', 400],
    [
      'a chunk size that is not hexadecimal',
      'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0x1\r\n',
      400,
    ],
    [
      'a chunk longer than its size',
      'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n',
      400,
    ],
    ['a head above 60 KiB', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(61 * 1024)}\r\n\r\n`, 431],
    ['more than 100 header fields', `GET / HTTP/1.1\r\nhost: a\r\n${'x: 1\r\n'.repeat(101)}\r\n`, 431],
  ])('answers %s and closes', async (_, bytes, status) => {
    await using upstream = await startUpstream(
      (request, response) => void request.resume().on('end', () => response.end()),
    );
    await using mesh = await startProxy(webConfig(everything, [upstream.port]));
    const text = await exchange(mesh.port, bytes);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(text).toContain('connection: close');
    expect(mesh.logs[0]).toMatch(new RegExp(` ${status} DPE http1\\.`));
  });

  it('answers 426 to HTTP/1.0 (facts §5.1)', async () => {
    await using mesh = await startProxy(webConfig(everything, []));
    const text = await exchange(mesh.port, 'GET / HTTP/1.0\r\nhost: a\r\nconnection: close\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 426 Upgrade Required\r\n/);
    expect(mesh.logs[0]).toContain(' 426 DPE low_version ');
  });

  it('answers 400 to a request without Host', async () => {
    await using mesh = await startProxy(webConfig(everything, []));
    const text = await exchange(mesh.port, 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(mesh.logs[0]).toContain('missing_host_header');
  });

  it('answers 403 to an upgrade no listener allows', async () => {
    await using mesh = await startProxy(webConfig(everything, [], { manager: { upgrade_configs: [] } }));
    const text = await exchange(
      mesh.port,
      'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe('connections and bodies', () => {
  it('answers pipelined requests in their order, one after the other, each in its own log line', async () => {
    const seen: string[] = [];
    await using upstream = await startUpstream((request, response) => {
      seen.push(request.url ?? '');
      setTimeout(() => response.end(request.url), request.url === '/1' ? 20 : 0);
    });
    await using mesh = await startProxy(webConfig(everything, [upstream.port]));
    const text = await exchange(
      mesh.port,
      'GET /1 HTTP/1.1\r\nhost: a\r\n\r\nGET /2 HTTP/1.1\r\nhost: a\r\n\r\nGET /3 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
    );
    expect(text.match(/\/\d(?=HTTP|\r|$)/g)).toEqual(['/1', '/2', '/3']);
    expect(seen).toEqual(['/1', '/2', '/3']);
    expect(mesh.logs.map((line) => /"GET (\S+)/.exec(line)?.[1])).toEqual(['/1', '/2', '/3']);
  });

  it('uses one upstream connection for requests that follow each other', async () => {
    const sockets = new Set<unknown>();
    await using upstream = await startUpstream((request, response) => {
      sockets.add(request.socket);
      response.end('ok');
    });
    await using mesh = await startProxy(webConfig(everything, [upstream.port]));
    for (let turn = 0; turn < 5; turn += 1) expect((await ask(mesh.port)).body).toBe('ok');
    expect(sockets.size).toBe(1);
  });

  it('sends 100 Continue itself, and drops Expect', async () => {
    await using upstream = await startUpstream((request, response) => {
      request.resume().on('end', () => response.end(String(request.headers.expect)));
    });
    await using mesh = await startProxy(webConfig(everything, [upstream.port]));
    const text = await exchange(
      mesh.port,
      'POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi',
    );
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    expect(text).toMatch(/\r\nundefined(\r\n|$)/);
  });

  it('passes HEAD without a body and with the length', async () => {
    await using upstream = await startUpstream((_, response) => {
      response.writeHead(200, { 'content-length': 5 });
      response.end();
    });
    await using mesh = await startProxy(webConfig(everything, [upstream.port]));
    const answer = await ask(mesh.port, '/', { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, body: '', headers: { 'content-length': '5' } });
    expect((await ask(mesh.port, '/', { method: 'HEAD' })).status).toBe(200);
  });

  it.each(['content-length', 'chunked'])('streams 8 MiB both ways, unchanged, with %s', async (framing) => {
    const bytes = Buffer.alloc(8 * 1024 * 1024, 'mesh workshop ');
    await using upstream = await startUpstream((request, response) => {
      if (framing === 'content-length') response.setHeader('content-length', bytes.length);
      request.pipe(response);
    });
    await using mesh = await startProxy(webConfig(everything, [upstream.port]));
    const headers =
      framing === 'chunked' ? { 'transfer-encoding': 'chunked' } : { 'content-length': bytes.length };
    const answer = await ask(mesh.port, '/', { method: 'POST', body: bytes, headers });
    const digest = (data: Buffer | string): string => createHash('sha1').update(data).digest('hex');
    expect(digest(answer.body)).toBe(digest(bytes));
    expect(mesh.logs[0]).toContain(`"-" ${bytes.length} ${bytes.length} `);
  });

  it('does not read an upstream faster than the client reads', async () => {
    let written = 0;
    await using upstream = await startRawUpstream((socket) => {
      const fill = (): void => {
        while (socket.write(Buffer.alloc(64 * 1024))) written += 64 * 1024;
        written += 64 * 1024;
      };
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        fill();
      });
      socket.on('drain', fill);
    });
    await using mesh = await startProxy(webConfig(everything, [upstream.port]));
    const client = connect(mesh.port, '127.0.0.1', () => client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'));
    client.pause();
    let before = -1;
    await expect
      .poll(
        () => {
          const still = written > 0 && written === before;
          before = written;
          return still;
        },
        { interval: 100 },
      )
      .toBe(true);
    expect(written).toBeLessThan(64 * 1024 * 1024);
    client.destroy();
    await expect.poll(() => mesh.logs.length).toBe(1);
  });

  it('gives a slow reader all of a response that ends the connection', async () => {
    const bytes = 16 * 1024 * 1024;
    await using upstream = await startUpstream((_, response) => void response.end(Buffer.alloc(bytes)));
    await using mesh = await startProxy(webConfig(everything, [upstream.port]));
    let read = 0;
    const client = connect(mesh.port, '127.0.0.1', () =>
      client.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'),
    );
    client.once('data', (chunk) => {
      read += chunk.length;
      client.pause();
    });
    await expect.poll(() => read).toBeGreaterThan(0);
    await mesh.clock.advance(10_000);
    client.on('data', (chunk) => (read += chunk.length));
    client.resume();
    await once(client, 'end');
    expect(read).toBeGreaterThan(bytes);
    client.destroy();
  });

  it('breaks the connection when the upstream ends in the middle of a body: UPE (facts §8.2)', async () => {
    await using upstream = await startRawUpstream((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'));
    });
    await using mesh = await startProxy(webConfig(everything, [upstream.port]));
    await expect(ask(mesh.port)).rejects.toThrow('aborted');
    expect(mesh.logs[0]).toContain(' 200 UPE upstream_reset_after_response_started{protocol_error} ');
  });

  it('answers 502 when the upstream ends in the middle of a head: UPE (facts §8.2)', async () => {
    await using upstream = await startRawUpstream((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-le'));
    });
    await using mesh = await startProxy(webConfig(everything, [upstream.port]));
    expect((await ask(mesh.port)).status).toBe(502);
    expect(mesh.logs[0]).toContain(' 502 UPE upstream_reset_before_response_started{protocol_error} ');
  });

  it('leaves a response the header its connection names', async () => {
    await using upstream = await startRawUpstream((socket) => {
      const head = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close, x-kept\r\nx-kept: 1\r\n\r\n';
      socket.once('data', () => socket.end(head));
    });
    await using mesh = await startProxy(webConfig(everything, [upstream.port]));
    expect((await ask(mesh.port)).headers['x-kept']).toBe('1');
  });

  it('passes a WebSocket through, in both directions, after the upstream agreed', async () => {
    await using upstream = await startRawUpstream((socket) => {
      socket.once('data', (head) => {
        expect(head.toString()).toMatch(/connection: keep-alive, Upgrade\r\nupgrade: websocket\r\n/);
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: x\r\n\r\nhello',
        );
        socket.on('data', (data) => socket.end(`echo ${data.toString()}`));
      });
    });
    await using mesh = await startProxy(webConfig(everything, [upstream.port]));
    const text = await new Promise<string>((resolve) => {
      let all = '';
      const client = connect(mesh.port, '127.0.0.1', () =>
        client.write(
          'GET /ws HTTP/1.1\r\nhost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n',
        ),
      );
      client.on('data', (chunk) => {
        all += chunk.toString();
        if (all.endsWith('hello')) client.write('ping');
      });
      client.on('close', () => resolve(all));
    });
    expect(text).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    expect(text).toMatch(/sec-websocket-accept: x\r\n/);
    expect(text).toMatch(/\r\n\r\nhelloecho ping$/);
    expect(mesh.logs[0]).toContain(' 101 UC ');
  });

  it('gives up a request that does not move for stream_idle_timeout: 408 SI, or 504 once it is complete (facts §8.2)', async () => {
    await using upstream = await startUpstream(() => undefined);
    await using mesh = await startProxy(
      webConfig(everything, [upstream.port], { manager: { stream_idle_timeout: '300s' } }),
    );
    const slow = exchange(mesh.port, 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc');
    const waiting = ask(mesh.port);
    await expect.poll(() => upstream.count).toBe(2);
    await mesh.clock.advance(300_000);
    expect(await slow).toMatch(/^HTTP\/1\.1 408 [\s\S]*stream timeout$/);
    expect(await waiting).toMatchObject({ status: 504, body: 'stream timeout' });
    expect(mesh.logs.join('\n')).toContain(' 408 SI stream_idle_timeout ');
  });
});

describe('real curl', () => {
  it('prints what Istio prints for a gateway without a matching host: 404 and server: istio-envoy', async () => {
    await using mesh = await startProxy(webConfig([], [], { manager: atGateway }));
    const text = await curl('-sSi', mesh.url);
    expect(text).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
    expect(text).toContain('server: istio-envoy\r\n');
  });

  it('gets an answer to --http2, whose upgrade is ignored, and posts a file', async () => {
    await using upstream = await startUpstream((request, response) => void request.pipe(response));
    await using mesh = await startProxy(webConfig(everything, [upstream.port]));
    expect(await curl('-sS', '--http2', '-d', 'a=1', mesh.url)).toBe('a=1');
    expect(await curl('-sS', '-H', 'Expect: 100-continue', '-d', 'x'.repeat(5000), mesh.url)).toHaveLength(
      5000,
    );
  });
});

function curl(...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const child = spawn('curl', ['--max-time', '60', ...args]);
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    child.on('error', reject);
    child.on('close', () => resolve(text));
  });
}
