// What a message without a body says of its length, as test/envoy saw a real Envoy do it.

import { expect, it } from 'vitest';
import { exchange } from './support/client.ts';
import { toWeb, webConfig } from './support/config.ts';
import { startProxy, startUpstream } from './support/proxy.ts';

it.each([
  ['GET', undefined],
  ['HEAD', undefined],
  ['DELETE', undefined],
  ['TRACE', undefined],
  ['POST', '0'],
  ['PUT', '0'],
  ['PATCH', '0'],
  ['OPTIONS', '0'],
])('sends a %s without a body with content-length %s', async (method, length) => {
  let seen: string | undefined;
  await using upstream = await startUpstream((request, response) => {
    seen = request.headers['content-length'];
    response.end();
  });
  await using mesh = await startProxy(
    webConfig([{ match: { prefix: '/' }, route: toWeb() }], [upstream.port]),
  );
  await exchange(mesh.port, `${method} / HTTP/1.1\r\nhost: web\r\nconnection: close\r\n\r\n`);
  expect(seen).toBe(length);
});

it('takes the answer to a HEAD for a chunked one where its length is not known', async () => {
  await using mesh = await startProxy(webConfig([{ match: { path: '/only' }, route: toWeb() }], []));
  const text = await exchange(mesh.port, 'HEAD / HTTP/1.1\r\nhost: web\r\nconnection: close\r\n\r\n');
  expect(text).toContain('\r\ntransfer-encoding: chunked\r\n');
  expect(text).not.toContain('content-length');
});

const chunkedPost = 'POST / HTTP/1.1\r\nhost: web\r\ntransfer-encoding: chunked\r\n';

it('reads trailers and drops them, on either way, and goes on with the connection (Istio: no enable_trailers)', async () => {
  const seen: (readonly [body: string, trailers: NodeJS.Dict<string>])[] = [];
  await using upstream = await startUpstream((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push([body, request.trailers]);
      response.writeHead(200, { trailer: 'x-sum' });
      response.write('answer');
      response.addTrailers({ 'x-sum': '2' });
      response.end();
    });
  });
  await using mesh = await startProxy(
    webConfig([{ match: { prefix: '/' }, route: toWeb() }], [upstream.port]),
  );
  const many = Array.from({ length: 101 }, (_, at) => `x${at}: 1\r\n`).join('');
  const text = await exchange(
    mesh.port,
    `${chunkedPost}trailer: x-sum\r\n\r\n4\r\nbody\r\n0\r\nx-sum: 1\r\n\r\n` +
      `${chunkedPost}connection: close\r\n\r\n4\r\nnext\r\n0\r\n${many}\r\n`,
  );
  expect(seen).toEqual([
    ['body', {}],
    ['next', {}],
  ]);
  expect(text.match(/^HTTP\/1\.1 200 OK$/gm)).toHaveLength(2);
  expect(text.match(/\r\n6\r\nanswer\r\n0\r\n\r\n/g)).toHaveLength(2);
  expect(text).toContain('\r\ntrailer: x-sum\r\n');
});

it.each([
  ['content-length: 0000000000000000004\r\n\r\nbody', '0000000000000000004', undefined],
  ['transfer-encoding: chunked\r\n\r\n00000000000000004 ;a=b\r\nbody\r\n0\r\n\r\n', undefined, 'chunked'],
  // What is named there is for this hop only, and the next one has to find the end all the same.
  ['connection: content-length\r\ncontent-length: 4\r\n\r\nbody', undefined, 'chunked'],
])('reads %j to its end', async (rest, length, coding) => {
  let seen: unknown;
  await using upstream = await startUpstream((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { 'content-length': given, 'transfer-encoding': how } = request.headers;
      seen = [body, given, how];
      response.end();
    });
  });
  await using mesh = await startProxy(
    webConfig([{ match: { prefix: '/' }, route: toWeb() }], [upstream.port]),
  );
  await exchange(mesh.port, `POST / HTTP/1.1\r\nhost: web\r\nproxy-connection: close\r\n${rest}`);
  expect(seen).toEqual(['body', length, coding]);
});
