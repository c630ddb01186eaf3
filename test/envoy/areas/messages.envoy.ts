import { afterAll, expect, it } from 'vitest';
import type { Route } from '../../../sandbox/envoy/route.ts';
import { atGateway, cluster, endpoints } from '../../sandbox/proxy/support/config.ts';
import { host, httpListener } from '../support/config.ts';
import { startDuel, type Case } from '../support/duel.ts';
import { report } from '../support/report.ts';
import { sendable } from '../support/sendable.ts';

const forward: Route = { name: 'all', match: { prefix: '/' }, route: { cluster: 'a', timeout: '0s' } };
const statuses = Array.from({ length: 400 }, (_, index) => 200 + index);
const direct: Route[] = statuses.map((status) => ({
  match: { path: `/status/${status}` },
  direct_response: { status, ...(status % 2 === 0 ? { body: { inline_string: 'text' } } : {}) },
}));

const duel = await startDuel((port) => ({
  listeners: [
    httpListener('gateway', 80, [host('all', ['*'], [...direct, forward])], atGateway),
    httpListener('sidecar', 81, [host('all', ['*'], [...direct, forward])]),
    httpListener('impatient', 82, [host('all', ['*'], [...direct, forward])], {
      stream_idle_timeout: '0.2s',
    }),
  ],
  routes: [],
  clusters: [cluster('a')],
  endpoints: [endpoints('a', [port('a')])],
}));
afterAll(async () => {
  report('messages', duel);
  await duel[Symbol.asyncDispose]();
});

it('answers with every status in the same words', async () => {
  const cases = ['GET', 'HEAD'].flatMap((method) =>
    statuses.map((status) => sendable({ id: `s${method}${status}`, method, path: `/status/${status}` })),
  );
  expect(await duel.run(cases)).toBe('');
});

const request = (line: string, ...fields: string[]): string => `${[line, ...fields].join('\r\n')}\r\n\r\n`;
const get = (...fields: string[]): string => request('GET / HTTP/1.1', 'Host: web', ...fields);
const post = (body: string, ...fields: string[]): string =>
  request('POST / HTTP/1.1', 'Host: web', ...fields) + body;

const malformed: Readonly<Record<string, string>> = {
  'both lengths': post('0\r\n\r\n', 'content-length: 4', 'transfer-encoding: chunked'),
  'two lengths': post('abcd', 'content-length: 4', 'content-length: 4'),
  'two different lengths': post('abcd', 'content-length: 4', 'content-length: 5'),
  'signed length': post('abcd', 'content-length: +4'),
  'empty length': post('', 'content-length:'),
  'list of lengths': post('abcd', 'content-length: 4, 4'),
  'other coding': post('', 'transfer-encoding: gzip, chunked'),
  identity: post('', 'transfer-encoding: identity'),
  'chunked twice': post('0\r\n\r\n', 'transfer-encoding: chunked', 'transfer-encoding: chunked'),
  'chunked twice and a length': post(
    '0\r\n\r\n',
    'transfer-encoding: chunked',
    'content-length: 5',
    'transfer-encoding: chunked',
  ),
  'chunked, chunked': post('0\r\n\r\n', 'transfer-encoding: chunked, chunked'),
  'chunked with vertical tab': post('0\r\n\r\n', 'transfer-encoding: \x0bchunked'),
  'chunked in capitals': post('4\r\nbody\r\n0\r\n\r\n', 'transfer-encoding: CHUNKED'),
  'space before colon': request('GET / HTTP/1.1', 'Host : web'),
  'space before colon of length': post('abcd', 'content-length : 4'),
  'folded line': get('x: a', ' b'),
  'bare line feeds': 'GET / HTTP/1.1\nHost: web\n\n',
  'bare return': get('x: a\rb'),
  'zero byte': get('x: a\0b'),
  'control character': get('x: a\x01b'),
  'delete character': get('x: a\x7fb'),
  'tab in value': get('x: a\tb'),
  'bytes above ASCII in value': get('x: \xc3\xbc'),
  'empty name': get(': a'),
  'name with space': get('a b: c'),
  'name with underscore': get('x_y: 1'),
  'no colon': get('nonsense'),
  'two hosts': get('Host: other'),
  'two equal hosts': get('Host: web'),
  'no host': request('GET / HTTP/1.1'),
  'empty host': request('GET / HTTP/1.1', 'Host:'),
  'host with slash': request('GET / HTTP/1.1', 'Host: a/b'),
  'host with at': request('GET / HTTP/1.1', 'Host: u@b'),
  'host with space': request('GET / HTTP/1.1', 'Host: a b'),
  'http/1.0': request('GET / HTTP/1.0', 'Host: web'),
  'http/1.0 without host': request('GET / HTTP/1.0'),
  'http/1.2': request('GET / HTTP/1.2', 'Host: web'),
  'http/2': request('GET / HTTP/2.0', 'Host: web'),
  'http/0.9': 'GET /\r\n\r\n',
  preface: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'client hello': '\x16\x03\x01\x02\0\x01\0',
  'unknown method': request('FOO / HTTP/1.1', 'Host: web'),
  'method in small letters': request('get / HTTP/1.1', 'Host: web'),
  'two spaces': request('GET  / HTTP/1.1', 'Host: web'),
  'no path': request('GET HTTP/1.1', 'Host: web'),
  'relative path': request('GET a HTTP/1.1', 'Host: web'),
  'bytes above ASCII in path': request('GET /\xc3\xbc HTTP/1.1', 'Host: web'),
  'space in path': request('GET /a b HTTP/1.1', 'Host: web'),
  fragment: request('GET /a#b HTTP/1.1', 'Host: web'),
  'fragment behind query': request('GET /a?x=1#b HTTP/1.1', 'Host: web'),
  star: request('OPTIONS * HTTP/1.1', 'Host: web'),
  'star of GET': request('GET * HTTP/1.1', 'Host: web'),
  'absolute URL': request('GET http://other/x?y HTTP/1.1', 'Host: web'),
  'absolute URL without path': request('GET http://other HTTP/1.1', 'Host: web'),
  'absolute URL with a port': request('GET http://other:8080/ HTTP/1.1', 'Host: web'),
  'absolute URL of https': request('GET https://other/ HTTP/1.1', 'Host: web'),
  'absolute URL of ftp': request('GET ftp://other/ HTTP/1.1', 'Host: web'),
  connect: request('CONNECT web:80 HTTP/1.1', 'Host: web:80'),
  'connect to another': request('CONNECT other:443 HTTP/1.1', 'Host: web'),
  'connect to a path': request('CONNECT /x HTTP/1.1', 'Host: web'),
  'connect without port': request('CONNECT other HTTP/1.1', 'Host: web'),
  'connection names host': get('connection: host'),
  'connection names a path': get('connection: :path'),
  'connection names x-forwarded-for': get('connection: x-forwarded-for', 'x-forwarded-for: 10.0.0.1'),
  'connection names x-forwarded-proto': get('connection: x-forwarded-proto', 'x-forwarded-proto: https'),
  'connection names a field': get('connection: x-gone, keep-alive', 'x-gone: 1'),
  'connection names te': get('connection: te', 'te: trailers'),
  'connection names te of something else': get('connection: te', 'te: gzip'),
  'connection names eleven fields': get(
    `connection: ${Array.from({ length: 11 }, (_, at) => `x${at}`).join(',')}`,
  ),
  'connection names a length': post('abcd', 'connection: content-length', 'content-length: 4'),
  'connection twice': get('connection: x-a', 'connection: x-b', 'x-a: 1', 'x-b: 1'),
  'chunk size not hexadecimal': post('zz\r\nbody\r\n0\r\n\r\n', 'transfer-encoding: chunked'),
  'chunk size with 0x': post('0x4\r\nbody\r\n0\r\n\r\n', 'transfer-encoding: chunked'),
  'chunk longer than its size': post('1\r\nab\r\n0\r\n\r\n', 'transfer-encoding: chunked'),
  'chunk extension': post('4;a=b\r\nbody\r\n0\r\n\r\n', 'transfer-encoding: chunked'),
  'trailer with a space in its name': post('4\r\nbody\r\n0\r\na b: 1\r\n\r\n', 'transfer-encoding: chunked'),
  'trailer without colon': post('4\r\nbody\r\n0\r\nnonsense\r\n\r\n', 'transfer-encoding: chunked'),
  'trailers above 60 KiB': post(
    `4\r\nbody\r\n0\r\nx: ${'a'.repeat(61 * 1024)}\r\n\r\n`,
    'transfer-encoding: chunked',
  ),
  '101 trailers': post(
    `4\r\nbody\r\n0\r\n${Array.from({ length: 101 }, (_, at) => `x${at}: 1\r\n`).join('')}\r\n`,
    'transfer-encoding: chunked',
  ),
  'chunk extension of 5 KiB': post(
    `4;a=${'b'.repeat(5000)}\r\nbody\r\n0\r\n\r\n`,
    'transfer-encoding: chunked',
  ),
  'chunk size of 17 digits': post('00000000000000004\r\nbody\r\n0\r\n\r\n', 'transfer-encoding: chunked'),
  'chunk size that overflows': post('fffffffffffffffff\r\nbody\r\n', 'transfer-encoding: chunked'),
  'space behind chunk size': post('4 \r\nbody\r\n0\r\n\r\n', 'transfer-encoding: chunked'),
  'bare line feed behind chunk size': post('4\nbody\r\n0\r\n\r\n', 'transfer-encoding: chunked'),
  'length of 16 digits': post('abcd', 'content-length: 0000000000000004'),
  trailers: post('4\r\nbody\r\n0\r\nx-sum: 1\r\n\r\n', 'transfer-encoding: chunked'),
  'head above 60 KiB': get(`x: ${'a'.repeat(61 * 1024)}`),
  '101 fields': get(...Array.from({ length: 101 }, (_, at) => `x${at}: 1`)),
  'leading empty lines': `\r\n\r\n${get()}`,
  upgrade: get('connection: upgrade', 'upgrade: foo'),
  h2c: get('connection: upgrade, http2-settings', 'upgrade: h2c', 'http2-settings: AAMAAABkAAQAAP__'),
  'upgrade without connection': get('upgrade: websocket'),
  'upgrade and more in connection': get('connection: keep-alive, Upgrade', 'upgrade: WebSocket'),
  'upgrade with a length': post('abcd', 'connection: upgrade', 'upgrade: websocket', 'content-length: 4'),
  'upgrade with chunks': post(
    '4\r\nbody\r\n0\r\n\r\n',
    'connection: upgrade',
    'upgrade: websocket',
    'transfer-encoding: chunked',
  ),
  'expect of something else': post('abcd', 'content-length: 4', 'expect: 200-ok'),
  '100-continue': post('abcd', 'content-length: 4', 'expect: 100-continue'),
  '100-continue without a body': get('expect: 100-continue'),
  '100-continue of nothing': post('', 'content-length: 0', 'expect: 100-continue'),
  '100-continue that is answered here': request(
    'POST /status/404 HTTP/1.1',
    'Host: web',
    'content-length: 4',
    'expect: 100-continue',
  ),
  '100-continue without host': request('POST / HTTP/1.1', 'content-length: 4', 'expect: 100-continue'),
  '100-continue in capitals': post('abcd', 'content-length: 4', 'Expect: 100-Continue'),
  'connection close': get('connection: close'),
  'proxy-connection close': get('proxy-connection: close'),
};

it.each(['gateway', 'sidecar'])('reads the same as HTTP at a %s', async (listener) => {
  const cases = Object.entries(malformed).map(([about, bytes], at): Case => ({
    id: `${listener}${at}`,
    bytes: bytes.replace(/\r\n\r\n/, `\r\nx-case: ${listener}${at}\r\n\r\n`),
    listener,
    about,
    options: { lingerMs: 60 },
  }));
  expect(await duel.run(cases, { parallel: 1, unnamed: true })).toBe('');
});

it('loses patience alike, where stream_idle_timeout is set', async () => {
  const slow: Readonly<Record<string, string>> = {
    'half a request line': 'GET / HT',
    'half a head': 'GET / HTTP/1.1\r\nHost: web\r\n',
    'half a body': post('ab', 'content-length: 4', 'x-case: slow2'),
    'half a chunk': post('4\r\nab', 'transfer-encoding: chunked', 'x-case: slow3'),
    'half of the trailers': post('0\r\nx: 1\r\n', 'transfer-encoding: chunked', 'x-case: slow4'),
    'no answer': get('x-script: hang', 'x-case: slow5'),
    'half an answer': get('x-script: raw=stuck', 'x-case: slow6'),
    'an answer before the end of the body': post(
      'ab',
      'content-length: 4',
      'x-script: 200-early',
      'x-case: slow7',
    ),
  };
  const cases = Object.entries(slow).map(([about, bytes], at): Case => ({
    id: `slow${at}`,
    bytes,
    listener: 'impatient',
    about,
    options: { lingerMs: 1800 },
  }));
  expect(await duel.run(cases, { parallel: 1, unnamed: true })).toBe('');
});

const paths = [
  '/a/./b',
  '/a/../b',
  '/../a',
  '/a/..',
  '/a/.',
  '/%2e%2e/a',
  '/a/%2E/b',
  '/a%2fb',
  '/a%5cb',
  '/a\\b',
  '/%61',
  '/%7e',
  '/%C3%BC',
  '/a//b',
  '//a',
  '/a/%',
  '/a/%zz',
  '/%00',
  '/a?b=../c',
  '/a?%61',
  '/a/..%2fb',
  '/a;x/../b',
  '/.',
  '/..',
  '/...',
  '/a/...',
  '/a|b',
  '/a^b',
  '/a`b',
  '/a{b}',
  '/a?b|c<d',
  "/a'b!$&()*+,;=:@~",
  '/a"b',
  '/a<b',
  '/a%20b',
  '/%2F',
  '/a/b/../../../c',
];

it('normalises paths alike', async () => {
  expect(await duel.run(paths.map((path, at) => sendable({ id: `n${at}`, path }, { about: path })))).toBe('');
});

it('passes an upgrade, whoever ends it', async () => {
  const ends: Readonly<Record<string, Case['options']>> = {
    upstream: { after: 'ping', lingerMs: 1500 },
    client: { after: 'stay', leaveMs: 200 },
    'half-closing client': { after: 'stay', half: true, lingerMs: 1500 },
  };
  const cases = ['gateway', 'sidecar'].flatMap((listener, at) =>
    Object.entries(ends).map(([about, options = {}], kind) =>
      sendable(
        {
          id: `ws${at}${kind}`,
          headers: [
            ['connection', 'Upgrade'],
            ['upgrade', 'WebSocket'],
            ['sec-websocket-key', 'a'],
          ],
        },
        { listener, about, options },
      ),
    ),
  );
  expect(await duel.run(cases)).toBe('');
});
