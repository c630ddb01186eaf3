import { isIP } from 'node:net';
import { hasLabels } from '../kube/workload.ts';
import { outboundCluster } from '../route/route-context.ts';
import type { ClusterLoadAssignment } from '../../envoy/config.ts';
import type { DestinationRule, Subset } from '../kube/destination-rule.ts';
import type { MeshService } from '../kube/service.ts';
import type { MeshEndpoint, ServiceEndpoints } from '../model/service-endpoints.ts';

/** The ready endpoints of every outbound cluster of a service; a subset's are those with all its labels. */
export function loadAssignments(
  service: MeshService,
  rule: DestinationRule | undefined,
  endpoints: ServiceEndpoints,
): ClusterLoadAssignment[] {
  return service.ports
    .filter(({ protocol }) => protocol !== 'UDP')
    .flatMap(({ port, key }) => {
      // Only clusters that look names up have endpoints without an address.
      const all = (endpoints.get(key) ?? []).filter(({ address }) => isIP(address) !== 0);
      const whole = assignment(outboundCluster(service.hostname, port), all);
      const subsets = (rule?.subsets ?? []).map((subset) =>
        assignment(outboundCluster(service.hostname, port, subset.name), membersOf(subset, all)),
      );
      return [whole].concat(subsets);
    });
}

export const membersOf = (
  subset: Subset | undefined,
  all: readonly MeshEndpoint[],
): readonly MeshEndpoint[] => all.filter(({ labels }) => hasLabels(labels, subset?.labels ?? {}));

export const assignment = (name: string, members: readonly MeshEndpoint[]): ClusterLoadAssignment => ({
  cluster_name: name,
  endpoints:
    members.length === 0
      ? []
      : [{ lb_endpoints: members.map(({ envoy }) => envoy), load_balancing_weight: totalWeight(members) }],
});

const totalWeight = (members: readonly MeshEndpoint[]): number =>
  members.reduce((sum, { envoy }) => sum + (envoy.load_balancing_weight ?? 1), 0);
