// networking.istio.io DestinationRule, its host resolved against its own namespace.

import { resolveHost } from '../host.ts';
import type { CustomObject } from '../../kube/resources.ts';

export interface ConsistentHash {
  readonly httpHeaderName?: string;
  readonly httpCookie?: { readonly name: string; readonly path?: string; readonly ttl?: string };
  readonly useSourceIp?: boolean;
  readonly httpQueryParameterName?: string;
  readonly minimumRingSize?: number;
  readonly ringHash?: { readonly minimumRingSize?: number };
  readonly maglev?: { readonly tableSize?: number };
}

export interface LoadBalancer {
  readonly simple?: 'UNSPECIFIED' | 'LEAST_CONN' | 'RANDOM' | 'PASSTHROUGH' | 'ROUND_ROBIN' | 'LEAST_REQUEST';
  readonly consistentHash?: ConsistentHash;
}

export interface ConnectionPool {
  readonly tcp?: {
    readonly maxConnections?: number;
    readonly connectTimeout?: string;
    readonly idleTimeout?: string;
  };
  readonly http?: {
    readonly http1MaxPendingRequests?: number;
    readonly http2MaxRequests?: number;
    readonly maxRequestsPerConnection?: number;
    readonly maxRetries?: number;
    readonly idleTimeout?: string;
  };
}

export interface Outlier {
  readonly consecutive5xxErrors?: number;
  readonly consecutiveGatewayErrors?: number;
  readonly splitExternalLocalOriginErrors?: boolean;
  readonly consecutiveLocalOriginFailures?: number;
  readonly interval?: string;
  readonly baseEjectionTime?: string;
  readonly maxEjectionPercent?: number;
  readonly minHealthPercent?: number;
}

export interface ClientTls {
  readonly mode?: 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL';
  readonly sni?: string;
  readonly subjectAltNames?: readonly string[];
}

export interface PolicyGroups {
  readonly loadBalancer?: LoadBalancer;
  readonly connectionPool?: ConnectionPool;
  readonly outlierDetection?: Outlier;
  readonly tls?: ClientTls;
}

export interface TrafficPolicy extends PolicyGroups {
  readonly portLevelSettings?: readonly (PolicyGroups & { readonly port?: { readonly number?: number } })[];
}

export interface Subset {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly trafficPolicy?: TrafficPolicy;
}

export interface DestinationRule {
  /** `namespace/name`. */
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  readonly createdAt: string;
  readonly host: string;
  readonly exportTo: readonly string[];
  /** Labels of the clients it is for; undefined: all. */
  readonly workloadSelector: Readonly<Record<string, string>> | undefined;
  readonly trafficPolicy: TrafficPolicy | undefined;
  readonly subsets: readonly Subset[];
}

export function destinationRuleOf(object: CustomObject): DestinationRule {
  const { name, namespace = '', creationTimestamp } = object.metadata;
  const spec = (object.spec ?? {}) as Spec;
  return {
    key: `${namespace}/${name}`,
    name,
    namespace,
    createdAt: creationTimestamp,
    host: resolveHost(spec.host ?? '', namespace).toLowerCase(),
    exportTo: spec.exportTo ?? [],
    workloadSelector: spec.workloadSelector?.matchLabels,
    trafficPolicy: spec.trafficPolicy,
    subsets: spec.subsets ?? [],
  };
}

interface Spec {
  readonly host?: string;
  readonly exportTo?: readonly string[];
  readonly workloadSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets?: readonly Subset[];
}
