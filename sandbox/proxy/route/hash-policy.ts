// envoy.config.route.v3.RouteAction.hash_policy: the key that consistent hashing picks a host by.

import type { HashPolicy } from '../../envoy/route.ts';
import { hostPort, type StreamInfo } from '../stream/stream-info.ts';
import { hash64 } from '../upstream/hash.ts';
import { milliseconds, wireText } from '../values.ts';
import { ConfigError } from '../config-error.ts';
import { queryParameters } from './matcher.ts';
import { headerValue, type RouteRequest } from './route-request.ts';

export interface HashSource {
  /** Undefined when the request does not have it; `addCookie` puts a line into the response. */
  key(request: RouteRequest, info: StreamInfo, addCookie: (line: string) => void): bigint | undefined;
}

/** All sources together, each turning what the ones before it gave (Envoy HashPolicyImpl::generateHash). */
export function hashKey(
  sources: readonly HashSource[],
  request: RouteRequest,
  info: StreamInfo,
  addCookie: (line: string) => void,
): bigint | undefined {
  let key: bigint | undefined;
  for (const source of sources) {
    const part = source.key(request, info, addCookie);
    if (part === undefined) continue;
    const turned = key === undefined ? 0n : BigInt.asUintN(64, (key << 1n) | (key >> 63n));
    key = turned ^ part;
  }
  return key;
}

/** @throws ConfigError */
export function hashSource(policy: HashPolicy, field: string): HashSource {
  if (policy.header !== undefined) {
    const name = policy.header.header_name.toLowerCase();
    return {
      key: (request) => {
        const values = name.startsWith(':') ? [headerValue(request, name) ?? ''] : request.headers.all(name);
        // Whatever order the client sent them in.
        return values.length === 0
          ? undefined
          : values.toSorted().reduce((hash, value) => hash64(value, hash), 0n);
      },
    };
  }
  if (policy.query_parameter !== undefined) {
    const name = wireText(policy.query_parameter.name);
    return { key: (request) => hashed(queryParameters(request.path).get(name)) };
  }
  if (policy.connection_properties?.source_ip === true)
    return { key: (_, info) => hash64(info.downstreamRemote.ip) };
  if (policy.cookie !== undefined) return cookieSource(policy.cookie, `${field}.cookie`);
  throw new ConfigError(field, 'has none of header, cookie, connection_properties, query_parameter');
}

function cookieSource(cookie: NonNullable<HashPolicy['cookie']>, field: string): HashSource {
  const name = wireText(cookie.name);
  const seconds =
    cookie.ttl === undefined ? undefined : Math.floor(milliseconds(cookie.ttl, `${field}.ttl`) / 1000);
  const path = cookie.path === undefined || cookie.path === '' ? '' : `; Path=${wireText(cookie.path)}`;
  const age = seconds === undefined || seconds === 0 ? '' : `; Max-Age=${seconds}`;
  return {
    key: (request, info, addCookie) => {
      const given = cookieValue(request, name);
      if (given !== undefined && given !== '') return hash64(given);
      // Without a ttl Envoy only reads the cookie.
      if (seconds === undefined) return undefined;
      // The same for all requests of a connection, however they race.
      const made = hash64(`${hostPort(info.downstreamDirect)}${hostPort(info.downstreamLocal)}`)
        .toString(16)
        .padStart(16, '0');
      addCookie(`${name}="${made}"${age}${path}; HttpOnly`);
      return hash64(made);
    },
  };
}

/** The first of that name. Blanks count, except before a name (Envoy's parseCookie). */
function cookieValue({ headers }: RouteRequest, name: string): string | undefined {
  for (const pair of headers.all('cookie').flatMap((line) => line.split(';'))) {
    const equals = pair.indexOf('=');
    if (equals === -1 || pair.slice(0, equals).replace(/^ +/, '') !== name) continue;
    return pair.slice(equals + 1).replace(/^"(.*)"$/s, '$1');
  }
  return undefined;
}

const hashed = (text: string | undefined): bigint | undefined =>
  text === undefined ? undefined : hash64(text);
