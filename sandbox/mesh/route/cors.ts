import { secondsOf } from '../duration.ts';
import { perHundred } from './fault.ts';
import { stringMatcherOf } from './route-match.ts';
import type { CorsPolicy, StringMatcher } from '../../envoy/route.ts';
import type { Cors } from '../kube/virtual-service.ts';

export function corsPolicyOf(cors: Cors): CorsPolicy {
  const origins =
    cors.allowOrigins?.flatMap((origin) => stringMatcherOf(origin) ?? []) ??
    cors.allowOrigin?.map((exact): StringMatcher => ({ exact }));
  const { allowMethods = [], allowHeaders = [], exposeHeaders = [] } = cors;
  return {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy',
    ...(origins && { allow_origin_string_match: origins }),
    ...(allowMethods.length > 0 && { allow_methods: allowMethods.join(',') }),
    ...(allowHeaders.length > 0 && { allow_headers: allowHeaders.join(',') }),
    ...(exposeHeaders.length > 0 && { expose_headers: exposeHeaders.join(',') }),
    ...(cors.maxAge !== undefined && { max_age: secondsOf(cors.maxAge) }),
    ...(cors.allowCredentials !== undefined && { allow_credentials: cors.allowCredentials }),
    filter_enabled: { default_value: perHundred(100) },
    forward_not_matching_preflights: cors.unmatchedPreflights !== 'IGNORE',
  };
}
