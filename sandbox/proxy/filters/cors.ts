// envoy.filters.http.cors: answers preflights of allowed origins and marks their responses. It keeps nobody out.

import type { CorsPolicy } from '../../envoy/route.ts';
import { Headers } from '../http1/headers.ts';
import { stringMatcher, type Matches } from '../route/string-matcher.ts';
import type { HttpStream } from '../stream/stream.ts';
import { happens, runtimeFraction } from '../values.ts';
import type { HttpFilter } from './filter.ts';

export interface CompiledCors {
  readonly origins: readonly Matches[];
  readonly share: number;
  readonly forwardsOtherPreflights: boolean;
  readonly policy: CorsPolicy;
}

/** @throws ConfigError */
export function compileCors(policy: CorsPolicy, field: string): CompiledCors {
  return {
    origins: (policy.allow_origin_string_match ?? []).map((matcher, index) =>
      // A lone "*" allows every origin (Envoy CorsFilter::isOriginAllowed).
      matcher.exact === '*'
        ? () => true
        : stringMatcher(matcher, `${field}.allow_origin_string_match[${index}]`),
    ),
    share: runtimeFraction(policy.filter_enabled),
    forwardsOtherPreflights: policy.forward_not_matching_preflights ?? true,
    policy,
  };
}

export function corsFilter(): HttpFilter {
  const allowed = new WeakMap<HttpStream, { readonly origin: string; readonly policy: CorsPolicy }>();
  return {
    request: (stream) => {
      const cors = stream.found?.route.filters.get('envoy.filters.http.cors') as CompiledCors | undefined;
      // A redirect or a direct response is no place for CORS (Envoy CorsFilter: it wants a route entry).
      if (stream.found?.route.action.kind !== 'forward') return 'continue';
      const { method, headers } = stream.request;
      const origin = headers.get('origin');
      if (cors === undefined || origin === undefined || origin === '') return 'continue';
      if (!happens(cors.share, stream.manager.random)) return 'continue';
      const preflight = method === 'OPTIONS' && (headers.get('access-control-request-method') ?? '') !== '';
      const { policy } = cors;
      if (!cors.origins.some((matches) => matches(origin))) {
        if (!preflight || cors.forwardsOtherPreflights) return 'continue';
        stream.reply(200, '', 'cors_response');
        return 'stop';
      }
      if (preflight) {
        stream.reply(200, '', 'cors_response', { headers: preflightHeaders(policy, origin) });
        return 'stop';
      }
      allowed.set(stream, { origin, policy });
      return 'continue';
    },
    response: (stream, headers) => {
      const match = allowed.get(stream);
      if (match === undefined) return;
      headers.set('access-control-allow-origin', match.origin);
      if (match.policy.allow_credentials === true) headers.set('access-control-allow-credentials', 'true');
      if (isSet(match.policy.expose_headers))
        headers.set('access-control-expose-headers', match.policy.expose_headers);
    },
  };
}

function preflightHeaders(policy: CorsPolicy, origin: string): Headers {
  const headers = new Headers();
  headers.add('access-control-allow-origin', origin);
  if (policy.allow_credentials === true) headers.add('access-control-allow-credentials', 'true');
  if (isSet(policy.allow_methods)) headers.add('access-control-allow-methods', policy.allow_methods);
  if (isSet(policy.allow_headers)) headers.add('access-control-allow-headers', policy.allow_headers);
  if (isSet(policy.max_age)) headers.add('access-control-max-age', policy.max_age);
  return headers;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
