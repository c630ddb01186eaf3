import { hashPolicyOf } from './hash-policy.ts';
import { outboundCluster } from './route-context.ts';
import { retryPolicyOf } from './retry-policy.ts';
import { timeoutOf } from './timeout.ts';
import type { Route } from '../../envoy/route.ts';
import type { ConsistentHash } from '../kube/destination-rule.ts';

/** The one route of a service that no VirtualService is about. */
export function defaultRoute(host: string, port: number, hash: ConsistentHash | undefined): Route {
  const timeout = timeoutOf();
  const retryPolicy = retryPolicyOf(undefined, false);
  const hashPolicy = hash && hashPolicyOf(hash);
  return {
    match: { prefix: '/' },
    route: {
      cluster: outboundCluster(host, port),
      timeout,
      ...(retryPolicy && { retry_policy: retryPolicy }),
      ...(hashPolicy && { hash_policy: [hashPolicy] }),
      max_grpc_timeout: timeout,
    },
    decorator: { operation: `${host}:${port}/*` },
    name: 'default',
  };
}
