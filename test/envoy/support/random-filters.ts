import type { CorsPolicy, HttpFault, StringMatcher } from '../../../sandbox/envoy/route.ts';
import type { Dice } from './dice.ts';

const always = { numerator: 100, denominator: 'HUNDRED' } as const;
const never = { numerator: 0, denominator: 'HUNDRED' } as const;

/** Faults and CORS of a route, certain or impossible, so that both proxies do the same. */
export function randomCors(dice: Dice): CorsPolicy {
  const origins: StringMatcher[] = [
    { exact: 'https://a.test' },
    { prefix: 'https://b' },
    { safe_regex: { regex: 'https://.*\\.c\\.test' } },
    { exact: '*' },
  ];
  return {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy',
    allow_origin_string_match: dice.some(origins, 0.4),
    ...(dice.chance(0.6) ? { allow_methods: 'GET,POST' } : {}),
    ...(dice.chance(0.6) ? { allow_headers: 'x-a,x-b' } : {}),
    ...(dice.chance(0.6) ? { expose_headers: 'x-up' } : {}),
    ...(dice.chance(0.6) ? { max_age: '600' } : {}),
    ...(dice.chance(0.6) ? { allow_credentials: dice.chance(0.7) } : {}),
    ...(dice.chance(0.4) ? { forward_not_matching_preflights: dice.chance(0.5) } : {}),
    ...(dice.chance(0.5) ? { filter_enabled: { default_value: dice.of([always, never, always]) } } : {}),
  };
}

export function randomFault(dice: Dice): HttpFault {
  return {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
    ...(dice.chance(0.5) ? { delay: { fixed_delay: '0.002s', percentage: dice.of([always, never]) } } : {}),
    abort: {
      ...dice.of([{ http_status: 503 }, { http_status: 418 }, { http_status: 200 }, { grpc_status: 14 }]),
      percentage: dice.of([always, never]),
    },
  };
}
