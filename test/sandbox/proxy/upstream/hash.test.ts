import { expect, it } from 'vitest';
import type { HashPolicy } from '../../../../sandbox/envoy/route.ts';
import { hashKey, hashSource } from '../../../../sandbox/proxy/route/hash-policy.ts';
import { Headers } from '../../../../sandbox/proxy/http1/headers.ts';
import type { StreamInfo } from '../../../../sandbox/proxy/stream/stream-info.ts';
import { hash64 } from '../../../../sandbox/proxy/upstream/hash.ts';
import { hashRing, maglev } from '../../../../sandbox/proxy/upstream/hash-table.ts';
import { UpstreamHost } from '../../../../sandbox/proxy/upstream/host.ts';
import type { Pool } from '../../../../sandbox/proxy/upstream/pool.ts';

// test/envoy/areas/hashing compares thousands of choices with a real Envoy; these are a few of them, kept.

it.each([
  ['', 0n, 0xef46db3751d8e999n],
  ['a', 0n, 0xd24ec4f1a98c6e5bn],
  ['abc', 0n, 0x44bc2cf5ad770999n],
])('the hash of %j from %s is the one XXH64 is defined by', (text, seed, expected) => {
  expect(hash64(text, seed)).toBe(expected);
});

const info = {
  downstreamRemote: { ip: '10.0.0.9', port: 1 },
  downstreamDirect: { ip: '10.0.0.9', port: 1 },
  downstreamLocal: { ip: '10.96.0.1', port: 80 },
} as StreamInfo;

function keyOf(policies: readonly HashPolicy[], flat: string[]): bigint | undefined {
  const request = { method: 'GET', authority: 'web', path: '/', scheme: 'http', headers: new Headers(flat) };
  const sources = policies.map((policy) => hashSource(policy, 'hash_policy'));
  return hashKey(sources, request, info, () => undefined);
}

const user: HashPolicy = { header: { header_name: 'X-User' } };
const cookie: HashPolicy = { cookie: { name: 'user' } };

it('a repeated header gives the same key in any order, and another one than its first value', () => {
  const key = keyOf([user], ['x-user', 'a', 'x-user', 'b']);
  expect(key).toBe(keyOf([user], ['x-user', 'b', 'x-user', 'a']));
  expect(key).toBe(hash64('b', hash64('a')));
});

it('two policies with equal values do not cancel each other out', () => {
  const single = hash64('a');
  const turned = BigInt.asUintN(64, (single << 1n) | (single >> 63n));
  expect(keyOf([user, cookie], ['x-user', 'a', 'cookie', 'user=a'])).toBe(turned ^ single);
});

it.each([
  ['user=a', 'a'],
  ['x=y;  user=a', 'a'],
  ['user="a"', 'a'],
  ['user=a ; x=y', 'a '],
  ['user=a=b', 'a=b'],
  ['user= a', ' a'],
])('the cookie of %j is %j', (line, value) => {
  expect(keyOf([cookie], ['cookie', line])).toBe(hash64(value));
});

it.each(['user', 'user=', 'User=a', 'user =a', 'x="user=a"'])('%j has no such cookie', (line) => {
  expect(keyOf([cookie], ['cookie', line])).toBeUndefined();
});

const hosts = [1, 2, 3].map((at) => {
  const host = new UpstreamHost({ ip: `10.0.0.${at}`, port: 3000 }, {} as Pool, undefined);
  host.weight = at;
  return host;
});

it.each([
  ['a ring', hashRing(hosts, 1024)],
  ['a Maglev table', maglev(hosts, 65_537)],
])('%s gives every host its share by weight', (_, table) => {
  const counts = new Map<string, number>();
  for (let at = 0; at < 6000; at += 1) {
    const name = table(hash64(`user-${at}`), 0)?.name ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  for (const [index, { name }] of hosts.entries()) {
    expect(counts.get(name)).toBeGreaterThan(1000 * (index + 1) * 0.75);
    expect(counts.get(name)).toBeLessThan(1000 * (index + 1) * 1.25);
  }
});

it.each([
  ['a ring', hashRing(hosts, 1024)],
  ['a Maglev table', maglev(hosts, 65_537)],
])('%s leads to every host within a few attempts', (_, table) => {
  for (let at = 0; at < 20; at += 1) {
    const found = Array.from({ length: 40 }, (_unused, attempt) => table(hash64(`user-${at}`), attempt));
    expect(new Set(found)).toEqual(new Set(hosts));
  }
});
