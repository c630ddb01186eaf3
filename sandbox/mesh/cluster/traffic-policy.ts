import type { DestinationRule, PolicyGroups, Subset, TrafficPolicy } from '../kube/destination-rule.ts';

/**
 * What holds for one port of a service, or of one subset of it. A port's own settings replace everything at their
 * level; a subset's replace the rule's group by group.
 */
export function policyFor(
  rule: DestinationRule | undefined,
  subset: Subset | undefined,
  port: number,
): PolicyGroups {
  const base = atPort(rule?.trafficPolicy, port)?.policy ?? {};
  const own = atPort(subset?.trafficPolicy, port);
  if (own === undefined) return base;
  return own.forPort ? groupsOf(own.policy) : { ...groupsOf(base), ...groupsOf(own.policy) };
}

function atPort(
  policy: TrafficPolicy | undefined,
  port: number,
): { readonly policy: PolicyGroups; readonly forPort: boolean } | undefined {
  if (policy === undefined) return undefined;
  const settings = policy.portLevelSettings?.find((entry) => entry.port?.number === port);
  return { policy: settings ?? policy, forPort: settings !== undefined };
}

const groupsOf = ({ loadBalancer, connectionPool, outlierDetection, tls }: PolicyGroups): PolicyGroups => ({
  ...(loadBalancer && { loadBalancer }),
  ...(connectionPool && { connectionPool }),
  ...(outlierDetection && { outlierDetection }),
  ...(tls && { tls }),
});
