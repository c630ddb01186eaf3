// security.istio.io AuthorizationPolicy.

import { policyOf, type Policy } from './policy.ts';
import type { CustomObject } from '../../kube/resources.ts';

export type Action = 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM';

type Texts = readonly string[];

export interface Source {
  readonly principals?: Texts;
  readonly notPrincipals?: Texts;
  readonly requestPrincipals?: Texts;
  readonly notRequestPrincipals?: Texts;
  readonly namespaces?: Texts;
  readonly notNamespaces?: Texts;
  readonly serviceAccounts?: Texts;
  readonly notServiceAccounts?: Texts;
  readonly ipBlocks?: Texts;
  readonly notIpBlocks?: Texts;
  readonly remoteIpBlocks?: Texts;
  readonly notRemoteIpBlocks?: Texts;
}

export interface Operation {
  readonly hosts?: Texts;
  readonly notHosts?: Texts;
  readonly ports?: Texts;
  readonly notPorts?: Texts;
  readonly methods?: Texts;
  readonly notMethods?: Texts;
  readonly paths?: Texts;
  readonly notPaths?: Texts;
}

export interface Condition {
  readonly key: string;
  readonly values?: Texts;
  readonly notValues?: Texts;
}

export interface Rule {
  readonly from?: readonly { readonly source?: Source }[];
  readonly to?: readonly { readonly operation?: Operation }[];
  readonly when?: readonly Condition[];
}

export interface AuthorizationPolicy extends Policy {
  readonly action: Action;
  readonly rules: readonly Rule[];
  /** Annotation `istio.io/dry-run`. */
  readonly dryRun: boolean;
}

export function authorizationPolicyOf(object: CustomObject): AuthorizationPolicy {
  const { action = 'ALLOW', rules = [] } = (object.spec ?? {}) as Partial<AuthorizationPolicy>;
  const dryRun = object.metadata.annotations?.['istio.io/dry-run'] ?? '';
  // Go's strconv.ParseBool.
  return { ...policyOf(object), action, rules, dryRun: /^(?:1|t|T|TRUE|true|True)$/u.test(dryRun) };
}
