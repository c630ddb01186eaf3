// Consistent hashing: the same key leads to the very same host, because ring, table and hash are Envoy's.

import { afterAll, expect, it } from 'vitest';
import type { Cluster } from '../../../sandbox/envoy/config.ts';
import type { HashPolicy } from '../../../sandbox/envoy/route.ts';
import { atGateway, cluster, defaultRetries, endpoints } from '../../sandbox/proxy/support/config.ts';
import { host, httpListener, unlimited } from '../support/config.ts';
import { Dice } from '../support/dice.ts';
import { startDuel, type Case } from '../support/duel.ts';
import { report } from '../support/report.ts';
import { sendable } from '../support/sendable.ts';

const dice = new Dice(5);
const names = ['a', 'b', 'c', 'd', 'e', 'f'];

const policies: readonly HashPolicy[] = [
  { header: { header_name: 'x-user' } },
  { header: { header_name: 'X-Missing' } },
  { header: { header_name: ':path' } },
  { cookie: { name: 'user' } },
  { cookie: { name: 'user', ttl: '0s' } },
  { cookie: { name: 'user', ttl: '60s', path: '/shop' } },
  { connection_properties: { source_ip: true } },
  { query_parameter: { name: 'user' } },
];

const balancers: readonly Partial<Cluster>[] = [
  { lb_policy: 'RING_HASH' },
  { lb_policy: 'RING_HASH', ring_hash_lb_config: { minimum_ring_size: '1' } },
  { lb_policy: 'RING_HASH', ring_hash_lb_config: { minimum_ring_size: '37' } },
  { lb_policy: 'MAGLEV' },
  { lb_policy: 'MAGLEV', maglev_lb_config: { table_size: '251' } },
];

/** Each with hosts, weights and a kind of its own. */
const services = Array.from({ length: 40 }, (_, at) => {
  const hosts = dice.some(names, 0.6);
  const weighted = dice.chance(0.5);
  return {
    name: `s${at}`,
    policy: dice.chance(0.8) ? [dice.of(policies)] : dice.some(policies, 0.4),
    balancer: dice.of(balancers),
    weights: (hosts.length === 0 ? ['a'] : hosts).map(
      (name) => [name, weighted ? 1 + dice.number(5) : 1] as const,
    ),
  };
});

const users = [
  'alice',
  'bob',
  '',
  'x'.repeat(31),
  'y'.repeat(32),
  'z'.repeat(100),
  'ü',
  '10.0.0.1',
  'alice ',
  'ALICE',
];

/** Those behind the empty one have no cookie `user`, or none with a value. */
const cookies = [
  'a=b; user="seven"',
  ' user= 5 ; x=y',
  'user=one; user=two',
  'user="',
  'user="";',
  'user=a=b',
  'x="a;user=b"',
  '',
  'user',
  'user =5',
  'other=1',
];

/** Nothing of the request decides: the choice is left to chance, or to the client's port by way of a new cookie. */
function isChance({ policy }: (typeof services)[number], headers: [string, string][], path: string): boolean {
  const first = headers.find(
    ([name, value]) => name === 'cookie' && cookies.indexOf(value) < cookies.indexOf(''),
  )?.[1];
  const hasCookie = first !== undefined && first !== 'user="";';
  const decides = ({
    header,
    query_parameter: query,
    cookie,
    connection_properties: ip,
  }: HashPolicy): boolean =>
    (header !== undefined &&
      (header.header_name === ':path' ||
        headers.some(([name]) => name.toLowerCase() === header.header_name))) ||
    (query !== undefined && /[?&]user(?:=|&|$)/.test(path)) ||
    (cookie !== undefined && hasCookie) ||
    ip?.source_ip === true;
  return !policy.some(decides) || (!hasCookie && policy.some(({ cookie }) => cookie?.ttl !== undefined));
}

function request(at: number): readonly [chance: boolean, given: Case] {
  const service = dice.of(services);
  const headers: [string, string][] = [];
  const maybe = (share: number, name: string, value: string): void => {
    if (dice.chance(share)) headers.push([name, value]);
  };
  maybe(0.7, 'x-user', dice.chance(0.3) ? dice.of(users) : `user-${dice.number(500)}`);
  maybe(0.1, 'X-User', dice.of(users));
  maybe(0.7, 'cookie', dice.chance(0.5) ? `user=${dice.number(500)}` : dice.of(cookies));
  maybe(0.1, 'cookie', `user=${dice.number(500)}`);
  maybe(0.7, 'x-forwarded-for', dice.of(['10.1.2.3', '10.1.2.4', '10.9.9.9, 10.1.2.3', '::1']));
  maybe(0.3, 'x-script', dice.of(['503;200', '503;503;200', '503']));
  const path = dice.of([
    '/',
    '/p',
    `/?user=${dice.number(500)}`,
    '/?user=',
    '/?user=a&user=b',
    '/?User=a',
    '/?user',
  ]);
  const given = sendable(
    { id: `k${at}`, path, host: `${service.name}.test`, headers },
    { listener: dice.of(['gateway', 'sidecar']), about: service },
  );
  return [isChance(service, headers, path), given];
}

const hosts = services.map(({ name, policy }, at) =>
  host(
    name,
    [`${name}.test`],
    [
      {
        match: { prefix: '/' },
        route: {
          cluster: name,
          timeout: '0s',
          hash_policy: policy,
          ...(at % 2 === 0 ? { retry_policy: { ...defaultRetries, retry_on: '5xx' } } : {}),
        },
      },
    ],
  ),
);

const duel = await startDuel(
  (port) => ({
    listeners: [httpListener('gateway', 80, hosts, atGateway), httpListener('sidecar', 81, hosts)],
    routes: [],
    clusters: services.map(({ name, balancer }) =>
      cluster(name, { ...balancer, circuit_breakers: unlimited }),
    ),
    endpoints: services.map(({ name, weights }) => ({
      cluster_name: name,
      endpoints: [
        {
          lb_endpoints: weights.flatMap(
            ([upstream, weight]) =>
              endpoints(name, [port(upstream)], { load_balancing_weight: weight }).endpoints[0]
                ?.lb_endpoints ?? [],
          ),
        },
      ],
    })),
  }),
  names,
  { shared: true },
);
afterAll(async () => {
  report('hashing', duel);
  await duel[Symbol.asyncDispose]();
});

it('chooses the same host for every key, and the same further ones for its retries', async () => {
  const requests = Array.from({ length: 4000 }, (_, at) => request(at));
  const of = (left: boolean): Case[] =>
    requests.filter(([chance]) => chance === left).map(([, given]) => given);
  expect(await duel.run(of(false))).toBe('');
  expect(await duel.run(of(true), { anyHost: true })).toBe('');
});
