// security.istio.io RequestAuthentication as Envoy's JWT filter (istio.io/istio pilot/pkg/security/authn).

import { jwtPayload } from './rbac-values.ts';
import { policyOf, type Policy } from './policy.ts';
import type { CustomObject } from '../../kube/resources.ts';
import type { HttpFilter } from '../../envoy/config.ts';
import type { JwtProvider, JwtRequirement } from '../../envoy/jwt.ts';

export interface JwtRule {
  readonly issuer?: string;
  readonly audiences?: readonly string[];
  readonly jwks?: string;
  readonly jwksUri?: string;
  readonly jwks_uri?: string;
  readonly fromHeaders?: readonly { readonly name: string; readonly prefix?: string }[];
  readonly fromParams?: readonly string[];
  readonly fromCookies?: readonly string[];
  readonly outputPayloadToHeader?: string;
  readonly outputClaimToHeaders?: readonly { readonly header: string; readonly claim: string }[];
  readonly forwardOriginalToken?: boolean;
}

export interface RequestAuthentication extends Policy {
  readonly rules: readonly JwtRule[];
}

export function requestAuthenticationOf(object: CustomObject): RequestAuthentication {
  const { jwtRules = [] } = (object.spec ?? {}) as { readonly jwtRules?: readonly JwtRule[] };
  return { ...policyOf(object), rules: jwtRules };
}

/** All rules of all policies in one filter, in order of issuer; none without rules. */
export function jwtFilters(policies: readonly RequestAuthentication[]): HttpFilter[] {
  const rules = policies
    .flatMap((policy) => policy.rules)
    .toSorted(({ issuer: a = '' }, { issuer: b = '' }) => (a < b ? -1 : Number(a > b)));
  if (rules.length === 0) return [];
  return [
    {
      name: 'envoy.filters.http.jwt_authn',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication',
        providers: Object.fromEntries(rules.map((rule, index) => [nameOf(index), provider(rule)])),
        rules: [{ match: { prefix: '/' }, requires: requirement(rules.length) }],
        bypass_cors_preflight: true,
      },
    },
  ];
}

const nameOf = (index: number): string => `origins-${index}`;

/**
 * A token is not needed. Where providers look in the same place, one that takes the token suffices; where they do not,
 * every token there is has to be good.
 */
function requirement(count: number): JwtRequirement {
  const alone = Array.from({ length: count }, (_, index) => ({ provider_name: nameOf(index) }));
  const optional = alone.map((one) => anyOf([one, { allow_missing: {} }]));
  const [only, second] = optional;
  if (only !== undefined && second === undefined) return only;
  return anyOf([...alone, { requires_all: { requirements: optional } }]);
}

const anyOf = (requirements: readonly JwtRequirement[]): JwtRequirement => ({
  requires_any: { requirements },
});

function provider(rule: JwtRule): JwtProvider {
  const { audiences = [], fromHeaders = [], fromParams = [], fromCookies = [] } = rule;
  return {
    issuer: rule.issuer ?? '',
    ...(audiences.length > 0 && { audiences }),
    local_jwks: { inline_string: rule.jwks || unknownKeys(rule.jwksUri ?? rule.jwks_uri ?? '') },
    ...(rule.forwardOriginalToken === true && { forward: true }),
    ...(fromHeaders.length > 0 && {
      from_headers: fromHeaders.map(({ name, prefix }) => ({
        name,
        ...(prefix && { value_prefix: prefix }),
      })),
    }),
    ...(fromParams.length > 0 && { from_params: fromParams }),
    ...(rule.outputPayloadToHeader && { forward_payload_header: rule.outputPayloadToHeader }),
    payload_in_metadata: jwtPayload,
    ...(fromCookies.length > 0 && { from_cookies: fromCookies }),
    ...(rule.outputClaimToHeaders && {
      claim_to_headers: rule.outputClaimToHeaders.map(({ header, claim }) => ({
        header_name: header,
        claim_name: claim,
      })),
    }),
    // Routes may ask for claims.
    clear_route_cache: true,
    normalize_payload_in_metadata: { space_delimited_claims: ['permission', 'scope'] },
  };
}

/** What istiod gives out for keys it has not been able to fetch: a set that no token is signed with. */
const unknownKeys = (uri: string): string =>
  JSON.stringify({
    keys: [{ e: 'AQAB', kid: 'abc', kty: 'RSA', n: Buffer.from(uri).toString('base64url') }],
  });
