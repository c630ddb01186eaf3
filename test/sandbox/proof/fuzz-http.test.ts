import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiClient } from './support/api.ts';
import { get } from './support/gateway-load.ts';
import { openShop, type Shop } from './support/open-shop.ts';
import { apiDoor, exchange, gatewayDoor, statusOf, type Door } from './support/raw.ts';
import { runs } from '../../support/properties.ts';

/** Repeatable, and bounded so that the whole file takes a few seconds. */
const bounds = { numRuns: runs(60) };

describe.each<'gateway' | 'api'>(['gateway', 'api'])('malformed HTTP at the port of the %s', (port) => {
  let shop: Shop;
  let door: Door;
  const path: string = port === 'gateway' ? '/api/catalog' : '/api';
  let credential = '';
  const head = (...lines: string[]): string =>
    ['Host: 127.0.0.1', ...lines].map((line) => `${line}\r\n`).join('') + credential;

  beforeAll(async () => {
    shop = await openShop();
    door = port === 'gateway' ? gatewayDoor(shop.gateway) : apiDoor(shop.api);
    credential = port === 'gateway' ? '' : `Authorization: Bearer ${shop.api.token}\r\n`;
  });
  afterAll(() => shop.close());

  it.each<readonly [what: string, text: () => string]>([
    ['no request at all', () => 'hello\r\n\r\n'],
    ['a null byte in the path', () => `GET /a\0b HTTP/1.1\r\n${head()}\r\n`],
    ['a null byte in a header', () => `GET ${path} HTTP/1.1\r\n${head('X-A: a\0b')}\r\n`],
    ['a bare carriage return in a header', () => `GET ${path} HTTP/1.1\r\n${head('X-A: a\rb')}\r\n`],
    ['a space before the colon', () => `GET ${path} HTTP/1.1\r\n${head('X-A : a')}\r\n`],
    ['a folded header', () => `GET ${path} HTTP/1.1\r\n${head('X-A: a', ' b: c\0')}\r\n`],
    ['HTTP/9.9', () => `GET ${path} HTTP/9.9\r\n${head()}\r\n`],
    ['no host', () => `GET ${path} HTTP/1.1\r\n\r\n`],
    [
      'length and chunks at once',
      () =>
        `POST ${path} HTTP/1.1\r\n${head('Content-Length: 4', 'Transfer-Encoding: chunked')}\r\n0\r\n\r\n`,
    ],
    ['two lengths', () => `POST ${path} HTTP/1.1\r\n${head('Content-Length: 1', 'Content-Length: 2')}\r\nab`],
    ['a negative length', () => `POST ${path} HTTP/1.1\r\n${head('Content-Length: -1')}\r\n`],
    [
      'a chunk whose size is no number',
      () => `POST ${path} HTTP/1.1\r\n${head('Transfer-Encoding: chunked')}\r\nzz\r\nab\r\n0\r\n\r\n`,
    ],
    [
      'a chunk longer than its size',
      () => `POST ${path} HTTP/1.1\r\n${head('Transfer-Encoding: chunked')}\r\n1\r\nabc\r\n0\r\n\r\n`,
    ],
    ['100 KiB of headers', () => `GET ${path} HTTP/1.1\r\n${head(`X-A: ${'a'.repeat(100_000)}`)}\r\n`],
    ['a path of 100 KiB', () => `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n${head()}\r\n`],
  ])('%s is answered with 4xx or a closed connection', async (_what, text) => {
    const outcome = await exchange(door, [text()]);
    const status = statusOf(outcome);
    const isRefused = status === 0 ? outcome.closed : status >= 400 && status < 500;
    expect({ isRefused, outcome }).toMatchObject({ isRefused: true });
  });

  it('a coding nobody knows is refused as not implemented', async () => {
    const text = `POST ${path} HTTP/1.1\r\n${head('Transfer-Encoding: gzip')}\r\nab`;
    // Envoy's answer and Go's is 501; Node's parser, in front of the API, says 400.
    expect([400, 501]).toContain(statusOf(await exchange(door, [text])));
  });

  it('random bytes are answered or cut off, never left waiting', async () => {
    const line = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom('GET ', 'POST / HTTP/1.1\r\n', 'Host: a\r\n', 'Content-Length: 3\r\n', ': ')
        .map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), async (lines) => {
        // The client says goodbye, so that a server that waits for the rest hears that there is none.
        const outcome = await exchange(door, [Buffer.concat(lines), '\r\n\r\n'], { half: true });
        const status = statusOf(outcome);
        const isOver = status > 0 ? status < 500 : outcome.closed;
        expect({ isOver, outcome }).toMatchObject({ isOver: true });
      }),
      bounds,
    );
  });

  it('a request cut anywhere ends with its connection', async () => {
    const whole = `POST ${path} HTTP/1.1\r\n${head('Content-Length: 20')}\r\n{"id":1}`;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (length) => {
        const outcome = await exchange(door, [whole.slice(0, length)], { half: true });
        const isOver = outcome.closed || statusOf(outcome) >= 400;
        expect({ isOver, outcome }).toMatchObject({ isOver: true });
      }),
      bounds,
    );
  });

  it('a request that comes byte by byte is answered', async () => {
    const bytes = Array.from(`GET ${path} HTTP/1.1\r\n${head()}\r\n`);
    expect(statusOf(await exchange(door, bytes, { pauseMs: 1 }))).toBe(200);
  });

  it('any path and query is answered with less than 500', async () => {
    const piece = fc.oneof(
      fc
        .string({ maxLength: 12, unit: 'binary-ascii' })
        .map((text) => text.replaceAll(/[\0-\u0020\u007f]/gu, '~')),
      fc.constantFrom(
        '%',
        '%00',
        '%zz',
        '%c0%af',
        '/',
        '//',
        '/../',
        '?',
        '&',
        '=',
        '#',
        '%F0%28',
        'api/',
        'v1/',
        'namespaces/',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const outcome = await exchange(door, [`GET /${pieces.join('')} HTTP/1.1\r\n${head()}\r\n`]);
        const status = statusOf(outcome);
        const isAnswered = status >= 200 && status < 500;
        expect({ isAnswered, outcome }).toMatchObject({ isAnswered: true });
      }),
      { numRuns: runs(150) },
    );
  });

  it('leaves the gateway and the API working, and no fault in the log', async () => {
    expect(await isHealthy(shop)).toBe(true);
    expect(shop.logged.filter((line) => /failed: |uncaught/iu.test(line))).toEqual([]);
  });
});

async function isHealthy(shop: Shop): Promise<boolean> {
  const api = apiClient(shop.api);
  const [shown, listed] = await Promise.all([
    get(undefined, shop.gateway, '/api/catalog'),
    api.call({ method: 'GET', path: '/api/v1/pods' }),
  ]);
  api.close();
  return shown.status === 200 && listed.status === 200;
}
