// envoy.filters.network.rbac: decides on a connection when its first bytes come.

import type { NetworkRbac } from '../../envoy/rbac.ts';
import { denialDetails } from '../filters/rbac.ts';
import { rbacEngine } from '../rbac/engine.ts';
import type { StreamInfo } from '../stream/stream-info.ts';

/** Why a connection is to be closed, or undefined. */
export type Guard = (info: StreamInfo) => string | undefined;

/** @throws ConfigError */
export function networkRbac({ rules, shadow_rules: shadow }: NetworkRbac, field: string): Guard {
  if (shadow !== undefined) rbacEngine(shadow, `${field}.shadow_rules`);
  if (rules === undefined) return () => undefined;
  const decide = rbacEngine(rules, `${field}.rules`);
  return (info) => {
    const decision = decide({ info });
    return decision.allowed ? undefined : denialDetails(decision);
  };
}
