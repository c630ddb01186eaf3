import { durationOf } from '../duration.ts';
import type { HashPolicy } from '../../envoy/route.ts';
import type { ConsistentHash, DestinationRule } from '../kube/destination-rule.ts';
import type { Destination } from '../kube/virtual-service.ts';

export function hashPolicyOf(hash: ConsistentHash): HashPolicy | undefined {
  if (hash.httpHeaderName !== undefined) return { header: { header_name: hash.httpHeaderName } };
  if (hash.httpCookie !== undefined) {
    const { name, path, ttl } = hash.httpCookie;
    return {
      cookie: {
        name,
        ...(ttl !== undefined && { ttl: durationOf(ttl) }),
        ...(path !== undefined && { path }),
      },
    };
  }
  if (hash.useSourceIp !== undefined) return { connection_properties: { source_ip: hash.useSourceIp } };
  if (hash.httpQueryParameterName === undefined) return undefined;
  return { query_parameter: { name: hash.httpQueryParameterName } };
}

/** For a VirtualService's destination: subset port before subset before port before the whole rule. */
export function hashForDestination(
  rule: DestinationRule | undefined,
  { subset, port }: Destination,
): ConsistentHash | undefined {
  if (rule === undefined) return undefined;
  const policy = rule.trafficPolicy;
  const subsetPolicy = rule.subsets.find(({ name }) => name === subset)?.trafficPolicy;
  const atPort = (settings: typeof policy): ConsistentHash | undefined =>
    settings?.portLevelSettings?.find(
      (entry) => port?.number !== undefined && entry.port?.number === port.number,
    )?.loadBalancer?.consistentHash;
  return (
    atPort(subsetPolicy) ??
    subsetPolicy?.loadBalancer?.consistentHash ??
    atPort(policy) ??
    policy?.loadBalancer?.consistentHash
  );
}

/** For a service's own default route. */
export function hashForService(rule: DestinationRule | undefined, port: number): ConsistentHash | undefined {
  return hashForDestination(rule, { host: '', port: { number: port } });
}
