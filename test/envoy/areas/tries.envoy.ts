import { afterAll, expect, it } from 'vitest';
import type { RetryPolicy, Route } from '../../../sandbox/envoy/route.ts';
import { cluster, defaultRetries, endpoints } from '../../sandbox/proxy/support/config.ts';
import { host, httpListener, unlimited } from '../support/config.ts';
import { startDuel, type Case } from '../support/duel.ts';
import { report } from '../support/report.ts';
import { sendable } from '../support/sendable.ts';

const words = [
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
  '5xx,retriable-4xx',
  'connect-failure,reset-before-request',
];
const policies: Readonly<Record<string, RetryPolicy | undefined>> = {
  none: undefined,
  istio: defaultRetries,
  'istio codes': {
    ...defaultRetries,
    retry_on: `${defaultRetries.retry_on},5xx`,
    retriable_status_codes: [503],
  },
  ...Object.fromEntries(
    words.map((word) => [
      word,
      {
        retry_on: word,
        num_retries: 2,
        ...(word === 'retriable-status-codes' ? { retriable_status_codes: [418, 429] } : {}),
      },
    ]),
  ),
};
const scripts = [
  '200',
  '500',
  '502',
  '503;200',
  '503;503;200',
  '504',
  '409;200',
  '418;429;404',
  '404',
  '503,x-envoy-overloaded=true;200',
  '429,x-envoy-ratelimited=1;200',
  '200,grpc-status=14;200,grpc-status=0',
  '200,grpc-status=1',
  '200,grpc-status=4',
  '200,grpc-status=8',
  '200,grpc-status=13',
  'reset;200',
  'reset',
  'reset-early;200',
  'raw=garbage;200',
  'raw=garbage',
  'raw=half-head;200',
  'raw=half-body',
  'raw=empty;500',
  'raw=until-close',
  'raw=http-1.0',
  'raw=informational',
  'raw=trailers',
  'raw=both-lengths',
  'raw=two-lengths',
  'raw=bad-chunk',
  'raw=odd-reason',
  'raw=hop-by-hop',
];

const timed: Readonly<Record<string, Partial<Route['route']>>> = {
  'short timeout': { timeout: '0.1s' },
  'short timeout, retries': { timeout: '0.15s', retry_policy: { retry_on: '5xx,reset', num_retries: 2 } },
  'per try': { timeout: '0s', retry_policy: { retry_on: '5xx', num_retries: 2, per_try_timeout: '0.06s' } },
  'per try, reset': {
    timeout: '0s',
    retry_policy: { retry_on: 'reset', num_retries: 1, per_try_timeout: '0.06s' },
  },
  'per try, gateway-error': {
    timeout: '2s',
    retry_policy: { retry_on: 'gateway-error', num_retries: 1, per_try_timeout: '0.06s' },
  },
  'per try, connect-failure': {
    timeout: '2s',
    retry_policy: { retry_on: 'connect-failure', num_retries: 2, per_try_timeout: '0.06s' },
  },
  'per try above timeout': {
    timeout: '0.1s',
    retry_policy: { retry_on: '5xx', num_retries: 2, per_try_timeout: '5s' },
  },
};
const slow = ['hang', 'hang;200', 'delay=10,200', 'delay=10,503;hang', '503;hang;200'];

const byPolicy = Object.entries(policies).map(([name, retry_policy], index) =>
  host(
    name,
    [`p${index}.test`],
    [
      {
        match: { prefix: '/dead' },
        route: { cluster: 'dead', timeout: '0s', ...(retry_policy && { retry_policy }) },
      },
      {
        match: { prefix: '/empty' },
        route: { cluster: 'empty', timeout: '0s', ...(retry_policy && { retry_policy }) },
      },
      {
        match: { prefix: '/two' },
        route: { cluster: 'two', timeout: '0s', ...(retry_policy && { retry_policy }) },
      },
      {
        match: { prefix: '/' },
        route: { cluster: 'a', timeout: '0s', ...(retry_policy && { retry_policy }) },
      },
    ],
  ),
);
const byTimeout = Object.entries(timed).map(([name, route], index) =>
  host(name, [`t${index}.test`], [{ match: { prefix: '/' }, route: { cluster: 'a', ...route } }]),
);

const duel = await startDuel((port) => ({
  listeners: [httpListener('sidecar', 80, [...byPolicy, ...byTimeout])],
  routes: [],
  clusters: ['a', 'two', 'dead', 'empty'].map((name) => cluster(name, { circuit_breakers: unlimited })),
  endpoints: [
    endpoints('a', [port('a')]),
    endpoints('two', [port('a'), port('b')]),
    endpoints('dead', [port('dead')]),
    endpoints('empty', []),
  ],
}));
afterAll(async () => {
  report('tries', duel);
  await duel[Symbol.asyncDispose]();
});

function cases(
  rules: Readonly<Record<string, unknown>>,
  prefix: string,
  list: readonly string[],
  more: (script: string, at: number) => Partial<Parameters<typeof sendable>[0]> = () => ({}),
): Case[] {
  return Object.entries(rules).flatMap(([name, rule], index) =>
    list.map((script, at) =>
      sendable(
        {
          id: `${prefix}${index}-${at}`,
          host: `${prefix.slice(0, 1)}${index}.test`,
          headers: [['x-script', script]],
          ...more(script, at),
        },
        {
          about: { [name]: rule },
          options: {
            lingerMs: script.includes('half-body') || script.includes('bad-chunk') ? 1500 : undefined,
          },
        },
      ),
    ),
  );
}

it('tries as often, and says the same of it', async () => {
  expect(await duel.run(cases(policies, 'p', scripts))).toBe('');
});

it('tries requests with a body again', async () => {
  const list = scripts.filter((script) => !script.startsWith('reset-early'));
  const body = 'b'.repeat(300);
  expect(
    await duel.run(cases(policies, 'pb', list, (_, at) => ({ method: 'POST', body, chunked: at % 2 === 0 }))),
  ).toBe('');
});

it('fails alike where nobody listens and where there is no host', async () => {
  const both = ['/dead', '/empty'].flatMap((path, at) =>
    cases(policies, `pd${at}`, ['200'], () => ({ path })),
  );
  expect(await duel.run(both)).toBe('');
});

it('times out alike', async () => {
  expect(await duel.run(cases(timed, 't', slow))).toBe('');
});

it('chooses among two hosts as often', async () => {
  const list = Array.from({ length: 20 }, () => '503;200');
  expect(
    await duel.run(
      cases(policies, 'p2', list, () => ({ path: '/two' })),
      { anyHost: true },
    ),
  ).toBe('');
});
