// How heads are refused or repaired, as test/envoy saw a real Envoy do it.

import { expect, it } from 'vitest';
import { exchange } from './support/client.ts';
import { atGateway, toWeb, webConfig } from './support/config.ts';
import { startProxy, startRawUpstream, startUpstream } from './support/proxy.ts';

const everything = [
  { match: { path: '/400' }, direct_response: { status: 400 } },
  { match: { prefix: '/' }, route: toWeb() },
];

it.each([
  ['an unknown method', 'FOO / HTTP/1.1\r\nhost: web', '400 DPE http1.codec_error'],
  ['bytes above ASCII in a path', 'GET /\u00fc HTTP/1.1\r\nhost: web', '400 DPE http1.codec_error'],
  ['a control character', 'GET / HTTP/1.1\r\nhost: web\r\nx: \x01', '400 DPE http1.invalid_characters'],
  ['a host with a slash', 'GET / HTTP/1.1\r\nhost: a/b', '400 DPE http.invalid_authority'],
  ['a star for a path', 'GET * HTTP/1.1\r\nhost: web', '400 DPE http1.invalid_url'],
  ['another scheme', 'GET ftp://web/ HTTP/1.1\r\nhost: web', '400 DPE http1.invalid_scheme'],
  ['HTTP/2.0', 'GET / HTTP/2.0\r\nhost: web', '426 DPE low_version'],
  [
    'chunked twice',
    'POST / HTTP/1.1\r\nhost: web\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked',
    '501 DPE http1.invalid_transfer_encoding',
  ],
  [
    'chunked twice and a length',
    'POST / HTTP/1.1\r\nhost: web\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\ntransfer-encoding: chunked',
    '400 DPE http1.content_length_and_chunked_not_allowed',
  ],
  [
    'trailers above 60 KiB',
    `POST / HTTP/1.1\r\nhost: web\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: ${'a'.repeat(61 * 1024)}`,
    '431 DPE http1.headers_too_large',
  ],
  [
    'a trailer without a name',
    'POST / HTTP/1.1\r\nhost: web\r\ntransfer-encoding: chunked\r\n\r\n0\r\n: 1',
    '400 DPE http1.codec_error',
  ],
  ['CONNECT', 'CONNECT web:80 HTTP/1.1\r\nhost: web', '404 NR route_not_found'],
  ['CONNECT to no port', 'CONNECT web HTTP/1.1\r\nhost: web', '400 DPE http1.invalid_url'],
  [
    'a connection that names a pseudo header',
    'GET / HTTP/1.1\r\nhost: web\r\nconnection: :path',
    '400 DPE http1.connection_header_rejected',
  ],
  [
    'a connection that names x-forwarded-for',
    'GET / HTTP/1.1\r\nhost: web\r\nconnection: x-forwarded-for',
    '400 DPE http1.connection_header_rejected',
  ],
  [
    'a connection that names eleven fields',
    `GET / HTTP/1.1\r\nhost: web\r\nconnection: ${'x,'.repeat(10)}x`,
    '400 DPE http1.connection_header_rejected',
  ],
  [
    'a connection that names host',
    'GET / HTTP/1.1\r\nhost: web\r\nconnection: host',
    '400 - missing_host_header',
  ],
  ['its own 400', 'GET /400 HTTP/1.1\r\nhost: web', '400 - direct_response'],
])('answers %s and closes (facts §8.2)', async (_, head, outcome) => {
  await using silent = await startRawUpstream(() => undefined);
  await using mesh = await startProxy(webConfig(everything, [silent.port]));
  const text = await exchange(mesh.port, `${head}\r\n\r\n`);
  expect(text).toMatch(new RegExp(`^HTTP/1.1 ${outcome.slice(0, 3)} `));
  expect(text).toContain('connection: close');
  expect(mesh.logs[0]).toContain(` ${outcome} `);
});

it.each([
  ['/a#b', '/a'],
  ['/a/%', '/a/%'],
  ['/a|b', '/a%7Cb'],
  ['/a?b|c', '/a?b|c'],
])('forwards %s as %s', async (path, expected) => {
  let seen: string | undefined;
  await using upstream = await startUpstream((request, response) => {
    seen = request.url;
    response.end();
  });
  await using mesh = await startProxy(webConfig(everything, [upstream.port]));
  await exchange(mesh.port, `GET ${path} HTTP/1.1\r\nhost: web\r\nconnection: close\r\n\r\n`);
  expect(seen).toBe(expected);
});

it.each([
  ['a gateway', atGateway, 403, 'DPE http1.https_url_on_plaintext_connection'],
  ['a sidecar', {}, 503, 'UH no_healthy_upstream'],
])('takes a URL with https on a plain connection at %s for %s', async (_, manager, status, outcome) => {
  await using mesh = await startProxy(webConfig(everything, [], { manager }));
  const text = await exchange(
    mesh.port,
    'GET https://web/ HTTP/1.1\r\nhost: web\r\nconnection: close\r\n\r\n',
  );
  expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(mesh.logs[0]).toContain(` ${status} ${outcome} `);
});
