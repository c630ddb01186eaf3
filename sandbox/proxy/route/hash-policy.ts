// envoy.config.route.v3.RouteAction.hash_policy: the key that consistent hashing picks a host by.

import type { HashPolicy } from '../../envoy/route.ts';
import type { StreamInfo } from '../stream/stream-info.ts';
import { hash32 } from '../upstream/hash.ts';
import { milliseconds, wireText } from '../values.ts';
import { ConfigError } from '../config-error.ts';
import { queryParameters } from './matcher.ts';
import { headerValue, type RouteRequest } from './route-request.ts';

export interface HashSource {
  /** Undefined when the request does not have it; `addCookie` puts a line into the response. */
  key(request: RouteRequest, info: StreamInfo, addCookie: (line: string) => void): string | undefined;
}

/** @throws ConfigError */
export function hashSource(policy: HashPolicy, field: string): HashSource {
  if (policy.header !== undefined) {
    const name = policy.header.header_name.toLowerCase();
    return { key: (request) => headerValue(request, name) };
  }
  if (policy.query_parameter !== undefined) {
    const name = wireText(policy.query_parameter.name);
    return { key: (request) => queryParameters(request.path).get(name) };
  }
  if (policy.connection_properties?.source_ip === true) return { key: (_, info) => info.downstreamRemote.ip };
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
      if (given !== undefined && given !== '') return given;
      // Without a ttl Envoy only reads the cookie.
      if (seconds === undefined) return undefined;
      const { ip, port } = info.downstreamDirect;
      const { ip: localIp, port: localPort } = info.downstreamLocal;
      const made = hash32(`${ip}:${port}${localIp}:${localPort}${request.authority}${info.startMs}`)
        .toString(16)
        .padStart(8, '0');
      addCookie(`${name}="${made}"${age}${path}; HttpOnly`);
      return made;
    },
  };
}

function cookieValue(request: RouteRequest, name: string): string | undefined {
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals === -1 || pair.slice(0, equals).trim() !== name) continue;
    return pair
      .slice(equals + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1');
  }
  return undefined;
}
