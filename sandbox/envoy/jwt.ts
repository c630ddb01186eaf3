// envoy.extensions.filters.http.jwt_authn.v3.

import type { RouteMatch } from './route.ts';

export interface JwtAuthentication {
  readonly '@type': 'type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication';
  readonly providers: Readonly<Record<string, JwtProvider>>;
  /** The first whose path matches counts. */
  readonly rules: readonly { readonly match: RouteMatch; readonly requires: JwtRequirement }[];
  readonly bypass_cors_preflight?: boolean;
}

export interface JwtProvider {
  readonly issuer: string;
  readonly audiences?: readonly string[];
  /** A JSON web key set. */
  readonly local_jwks: { readonly inline_string: string };
  /** Whether the token goes on to the service. */
  readonly forward?: boolean;
  readonly from_headers?: readonly { readonly name: string; readonly value_prefix?: string }[];
  readonly from_params?: readonly string[];
  readonly forward_payload_header?: string;
  readonly payload_in_metadata?: string;
  readonly from_cookies?: readonly string[];
  readonly claim_to_headers?: readonly { readonly header_name: string; readonly claim_name: string }[];
  /** The route is looked for again when the claims are known. */
  readonly clear_route_cache?: boolean;
  readonly normalize_payload_in_metadata?: { readonly space_delimited_claims: readonly string[] };
}

export type JwtRequirement =
  | { readonly provider_name: string }
  | { readonly requires_any: { readonly requirements: readonly JwtRequirement[] } }
  | { readonly requires_all: { readonly requirements: readonly JwtRequirement[] } }
  /** A token is not needed, but one that is there must be good. */
  | { readonly allow_missing: Readonly<Record<string, never>> };
