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
