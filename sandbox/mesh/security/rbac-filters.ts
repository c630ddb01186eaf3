// The AuthorizationPolicies of a workload as Envoy's filters (istio.io/istio pilot/pkg/security/authz/builder).

import { rbacPolicy } from './rbac-rule.ts';
import type { AuthorizationPolicy } from './authorization-policy.ts';
import type { HttpFilter, NetworkFilter } from '../../envoy/config.ts';
import type { Rbac, RbacPolicy } from '../../envoy/rbac.ts';

/** Those that ask someone else, which come before tokens are looked at. */
export const customHttpFilters = (policies: readonly AuthorizationPolicy[]): HttpFilter[] =>
  rulesOf(policies, customSteps, false).map(httpFilter);

/** All others, in the order in which they decide. */
export const httpFilters = (policies: readonly AuthorizationPolicy[]): HttpFilter[] =>
  rulesOf(policies, steps, false).map(httpFilter);

/** For connections that carry no HTTP. */
export const networkFilters = (policies: readonly AuthorizationPolicy[]): NetworkFilter[] =>
  rulesOf(policies, [...customSteps, ...steps], true).map(
    ({ rules, shadow_rules: shadow, shadow_rules_stat_prefix: prefix }) => ({
      name: 'envoy.filters.network.rbac',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC',
        ...(rules && { rules }),
        ...(shadow && { shadow_rules: shadow }),
        stat_prefix: 'tcp.',
        ...(prefix !== undefined && { shadow_rules_stat_prefix: prefix }),
      },
    }),
  );

const httpFilter = (rules: Rules): HttpFilter => ({
  name: 'envoy.filters.http.rbac',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC', ...rules },
});

interface Step {
  readonly action: AuthorizationPolicy['action'];
  readonly rbac: NonNullable<Rbac['action']>;
  readonly prefix: string;
  readonly suffix: string;
  readonly shadowPrefix: string;
}

/** No provider is known to the mesh, so whatever such a policy is for is denied. */
const customSteps: readonly Step[] = [
  {
    action: 'CUSTOM',
    rbac: 'DENY',
    prefix: 'istio-ext-authz-',
    suffix: '-deny-due-to-bad-CUSTOM-action',
    shadowPrefix: 'istio_ext_authz_',
  },
];

const steps: readonly Step[] = [
  { action: 'AUDIT', rbac: 'LOG', prefix: '', suffix: '', shadowPrefix: '' },
  { action: 'DENY', rbac: 'DENY', prefix: '', suffix: '', shadowPrefix: 'istio_dry_run_deny_' },
  { action: 'ALLOW', rbac: 'ALLOW', prefix: '', suffix: '', shadowPrefix: 'istio_dry_run_allow_' },
];

interface Rules {
  readonly rules?: Rbac;
  readonly shadow_rules?: Rbac;
  readonly shadow_rules_stat_prefix?: string;
}

function rulesOf(all: readonly AuthorizationPolicy[], wanted: readonly Step[], forTcp: boolean): Rules[] {
  return wanted.flatMap((step): Rules[] => {
    const policies = all.filter(({ action }) => action === step.action);
    const enforced = policies.filter(({ dryRun }) => !dryRun);
    const tried = policies.filter(({ dryRun }) => dryRun);
    if (policies.length === 0) return [];
    return [
      {
        ...(enforced.length > 0 && { rules: rbacOf(enforced, step, forTcp) }),
        ...(tried.length > 0 && {
          shadow_rules: rbacOf(tried, step, forTcp),
          ...(step.shadowPrefix !== '' && { shadow_rules_stat_prefix: step.shadowPrefix }),
        }),
      },
    ];
  });
}

function rbacOf(
  policies: readonly AuthorizationPolicy[],
  { rbac: action, prefix, suffix }: Step,
  forTcp: boolean,
): Rbac {
  const made = policies.flatMap(({ namespace, name, rules }) => {
    const named = (index: number): string =>
      `${prefix}ns[${namespace}]-policy[${name}]-rule[${index}]${suffix}`;
    if (rules.length === 0) return [[named(0), never] as const];
    return rules.flatMap((rule, index) => {
      const policy = rbacPolicy(rule, { namespace, action, forTcp });
      return policy === undefined ? [] : [[named(index), policy] as const];
    });
  });
  return { ...(action !== 'ALLOW' && { action }), policies: Object.fromEntries(made) };
}

const never: RbacPolicy = {
  permissions: [{ not_rule: { any: true } }],
  principals: [{ not_id: { any: true } }],
};
