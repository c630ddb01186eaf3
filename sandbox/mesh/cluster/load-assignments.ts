import { hasLabels } from '../kube/workload.ts';
import { outboundCluster } from '../route/route-context.ts';
import type { ClusterLoadAssignment } from '../../envoy/config.ts';
import type { DestinationRule } from '../kube/destination-rule.ts';
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
    .flatMap(({ port, name }) => {
      const all = endpoints.get(name) ?? [];
      const whole = assignment(outboundCluster(service.hostname, port), all);
      const subsets = (rule?.subsets ?? []).map((subset) =>
        assignment(
          outboundCluster(service.hostname, port, subset.name),
          all.filter(({ labels }) => hasLabels(labels, subset.labels ?? {})),
        ),
      );
      return [whole].concat(subsets);
    });
}

const assignment = (name: string, members: readonly MeshEndpoint[]): ClusterLoadAssignment => ({
  cluster_name: name,
  endpoints:
    members.length === 0
      ? []
      : [{ lb_endpoints: members.map(({ envoy }) => envoy), load_balancing_weight: members.length }],
});
