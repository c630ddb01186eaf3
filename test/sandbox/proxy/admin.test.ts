// Envoy's admin interface beside the traffic, as istioctl and people at a port-forward ask it.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, startWorld } from './support/world.ts';

let world: Awaited<ReturnType<typeof startWorld>>;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(async () => world[Symbol.asyncDispose]());

const ask = (path: string, method?: string): ReturnType<typeof get> =>
  get(world.client.network, { ip: '127.0.0.1', port: 15_000 }, path, method);

describe('POST /logging', () => {
  const levels = async (query = ''): Promise<Record<string, string>> => {
    const { status, body } = await ask(`/logging${query}`, 'POST');
    expect([status, body.split('\n', 1)]).toEqual([200, ['active loggers:']]);
    return Object.fromEntries(
      [...body.matchAll(/^  (\w+): (\w+)$/gm)].map(([, name, level]) => [name, level]),
    );
  };

  it('tells the levels that Istio starts Envoy with', async () => {
    expect(await levels()).toMatchObject({ http: 'warning', rbac: 'warning', misc: 'error' });
  });

  it('changes one, some, or all, which stay', async () => {
    expect(await levels('?rbac=error')).toMatchObject({ rbac: 'error', http: 'warning' });
    expect(await levels('?paths=http:critical,jwt:off')).toMatchObject({ http: 'critical', jwt: 'off' });
    expect(await levels()).toMatchObject({ rbac: 'error', http: 'critical', jwt: 'off' });
    expect(new Set(Object.values(await levels('?level=warning')))).toEqual(new Set(['warning']));
  });

  it('says in the log that there will be no more to read than before', async () => {
    await levels('?rbac=debug');
    expect(world.client.logs.at(-1)).toBe(
      '2025-04-01T10:00:00.000Z\twarning\tthe proxy of the sandbox writes its access log, and nothing more at level debug',
    );
    const lines = world.client.logs.length;
    await levels('?rbac=warning');
    expect(world.client.logs).toHaveLength(lines);
  });

  it.each([
    ['?nothing=debug', 'unknown logger name: nothing'],
    ['?level=loud', 'unknown logger level'],
    ['?paths=http', 'unknown logger level'],
    ['?http=info&rbac=info', 'invalid number of parameters'],
  ])('%s is refused, and nothing is changed', async (query, why) => {
    const { status, body } = await ask(`/logging${query}`, 'POST');
    expect([status, body.split('\n', 1)]).toEqual([400, [`error: ${why}`]]);
    expect(body).toContain('levels: trace debug info warning error critical off\n');
    expect((await levels())['http']).toBe('warning');
  });

  it('is not for GET', async () => {
    expect(await ask('/logging')).toMatchObject({ status: 405, body: 'Method Not Allowed\n' });
  });
});

it.each([
  ['/listeners', 'text/plain; charset=UTF-8', /^0\.0\.0\.0_80::0\.0\.0\.0:80$/m],
  ['/certs', 'application/json', /"cert_chain"/],
  ['/memory', 'application/json', /"allocated": "\d+"/],
  ['/runtime', 'application/json', /"layers": \[\]/],
])('%s is what istioctl bug-report takes with it', async (path, type, text) => {
  const { status, headers, body } = await ask(path);
  expect([status, headers['content-type']]).toEqual([200, type]);
  expect(body).toMatch(text);
});
