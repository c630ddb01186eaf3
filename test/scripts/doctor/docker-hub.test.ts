// What Docker Hub says of how many images it still gives, asked of a stand-in on loopback.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askDockerHub } from '../../../scripts/doctor/machine/docker-hub.ts';
import { credentials } from '../../../sandbox/api/tls/certificates.ts';
import { deadPort } from '../../support/dead-ports.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { openProxy } from '../tools/support/publisher.ts';

const { signal } = new AbortController();
const repository = 'ratelimitpreview/test';

/** A Docker Hub whose two servers are one. */
class Hub {
  readonly asked: string[] = [];
  token = (response: ServerResponse): unknown => response.end('{"token":"t0ken","expires_in":300}');
  manifest = (response: ServerResponse): unknown =>
    response
      .writeHead(200, {
        'content-length': '2782',
        'docker-ratelimit-source': '192.0.2.1',
        'ratelimit-limit': '100;w=21600',
        'ratelimit-remaining': '76;w=21600',
      })
      .end();
  readonly #server = createServer((request, response) => this.#answer(request, response));

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get addresses(): { readonly auth: string; readonly registry: string } {
    return { auth: this.url, registry: this.url };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer({ method, url, headers }: IncomingMessage, response: ServerResponse): void {
    this.asked.push(`${method ?? ''} ${url ?? ''} ${headers.authorization ?? ''}`.trimEnd());
    if (url?.startsWith('/token?') === true) this.token(response);
    else this.manifest(response);
  }
}

let hub: Hub;

beforeEach(async () => {
  hub = await new Hub().open();
});

afterEach(async () => hub.close());

const ask = async (
  options: Partial<Parameters<typeof askDockerHub>[0]> = {},
): ReturnType<typeof askDockerHub> => askDockerHub({ env: {}, signal, hub: hub.addresses, ...options });

it('Docker Hub is asked without pulling anything', async () => {
  expect(await ask()).toMatchObject({
    status: 200,
    headers: { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600' },
  });
  expect(hub.asked).toEqual([
    `GET /token?service=registry.docker.io&scope=repository:${repository}:pull`,
    `HEAD /v2/${repository}/manifests/latest Bearer t0ken`,
  ]);
});

it('an answer that refuses is an answer', async () => {
  hub.manifest = (response) => response.writeHead(429).end();
  expect(await ask()).toMatchObject({ status: 429 });
});

it('Docker Hub is asked through the proxy of the environment', async () => {
  await using proxy = await openProxy();
  expect(await ask({ env: { HTTP_PROXY: proxy.url } })).toMatchObject({ status: 200 });
  expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(hub.url).host]));
});

it.each<[string, (subject: Hub) => Parameters<typeof ask>[0]]>([
  ['nobody is there', () => ({ hub: dead })],
  ['the proxy is not there', () => ({ env: { HTTP_PROXY: dead.auth } })],
  ['it is silent', (subject) => ((subject.token = () => undefined), { withinMs: 50 })],
  ['it gives no token', (subject) => ((subject.token = (response) => response.writeHead(503).end()), {})],
  ['something else answers', (subject) => ((subject.token = (response) => response.end('<html>')), {})],
])('nothing is known of Docker Hub when %s', async (_, prepare) => {
  expect(await ask(prepare(hub))).toBeUndefined();
});

const dead = { auth: `http://127.0.0.1:${deadPort}`, registry: `http://127.0.0.1:${deadPort}` };

it('a certificate that nobody knows is told with its reason', async () => {
  const { certificatePem: cert, keyPem: key } = await credentials(undefined, new ManualClock(Date.now()));
  const server = createSecureServer({ cert, key });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await ask({ hub: { auth: url, registry: url } })).toEqual({
    untrusted: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  });
  server.closeAllConnections();
  server.close();
});

it('Ctrl+C ends the question', async () => {
  hub.token = () => undefined;
  const stop = new AbortController();
  const asked = ask({ signal: stop.signal });
  await expect.poll(() => hub.asked.length).toBe(1);
  stop.abort(new Error('stopped'));
  await expect(asked).rejects.toThrow('stopped');
});
