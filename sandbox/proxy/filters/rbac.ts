// envoy.filters.http.rbac: lets requests pass, or answers 403.

import type { HttpRbac } from '../../envoy/rbac.ts';
import { rbacEngine, type Decision } from '../rbac/engine.ts';
import type { HttpFilter } from './filter.ts';

/** @throws ConfigError */
export function rbacFilter({ rules, shadow_rules: shadow }: HttpRbac): HttpFilter {
  const field = 'envoy.filters.http.rbac';
  // Shadow rules decide nothing; that they can be read is checked here.
  if (shadow !== undefined) rbacEngine(shadow, `${field}.shadow_rules`);
  if (rules === undefined) return {};
  const decide = rbacEngine(rules, `${field}.rules`);
  return {
    request: (stream) => {
      const decision = decide(stream);
      if (decision.allowed) return 'continue';
      stream.reply(403, 'RBAC: access denied', denialDetails(decision));
      return 'stop';
    },
  };
}

export const denialDetails = ({ policy = 'none' }: Decision): string =>
  `rbac_access_denied_matched_policy[${policy}]`;
