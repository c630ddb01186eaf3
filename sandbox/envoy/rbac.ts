// envoy.config.rbac.v3, and the HTTP and the network filter that enforce it.

import type { HeaderMatcher, StringMatcher } from './route.ts';
import type { MetadataMatcher } from './metadata-matcher.ts';

export interface Rbac {
  /** ALLOW (or absent): only what a policy matches passes. DENY: all else does. LOG: everything passes. */
  readonly action?: 'ALLOW' | 'DENY' | 'LOG';
  /** By name; of several that match, the first in order of name is the one that is told. */
  readonly policies: Readonly<Record<string, RbacPolicy>>;
}

export interface HttpRbac {
  readonly '@type': 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC';
  readonly rules?: Rbac;
  /** Evaluated without effect on the request. */
  readonly shadow_rules?: Rbac;
  readonly shadow_rules_stat_prefix?: string;
}

export interface NetworkRbac {
  readonly '@type': 'type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC';
  readonly rules?: Rbac;
  readonly shadow_rules?: Rbac;
  readonly stat_prefix: string;
  readonly shadow_rules_stat_prefix?: string;
}

/** One of the permissions and one of the principals must match. */
export interface RbacPolicy {
  readonly permissions: readonly Permission[];
  readonly principals: readonly Principal[];
}

export interface CidrRange {
  readonly address_prefix: string;
  readonly prefix_len: number;
}

export interface UriTemplate {
  readonly name: 'uri-template';
  readonly typed_config: {
    readonly '@type': 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig';
    /** `*` is one segment, `**` any number of them at the end. */
    readonly path_template: string;
  };
}

export type Permission =
  | { readonly any: true }
  | { readonly and_rules: { readonly rules: readonly Permission[] } }
  | { readonly or_rules: { readonly rules: readonly Permission[] } }
  | { readonly not_rule: Permission }
  | { readonly header: HeaderMatcher }
  | { readonly url_path: { readonly path: StringMatcher } }
  | { readonly uri_template: UriTemplate }
  | { readonly destination_ip: CidrRange }
  | { readonly destination_port: number }
  | { readonly requested_server_name: StringMatcher }
  | { readonly metadata: MetadataMatcher };

export type Principal =
  | { readonly any: true }
  | { readonly and_ids: { readonly ids: readonly Principal[] } }
  | { readonly or_ids: { readonly ids: readonly Principal[] } }
  | { readonly not_id: Principal }
  | { readonly authenticated: { readonly principal_name?: StringMatcher } }
  | { readonly direct_remote_ip: CidrRange }
  | { readonly remote_ip: CidrRange }
  | { readonly header: HeaderMatcher }
  | { readonly metadata: MetadataMatcher };
