import type { MeshEndpoint, ServiceEndpoints } from '../model/service-endpoints.ts';
import type { Security } from './security.ts';

/** Endpoints whose workload is told DISABLE lose their mark of mutual TLS: clients with auto mTLS speak plain text. */
export function withoutDisabled(endpoints: ServiceEndpoints, security: Security): ServiceEndpoints {
  if (!security.knowsPeers) return endpoints;
  return new Map(
    [...endpoints].map(([port, members]) => [
      port,
      members.map((member) =>
        member.mtls && !takesMutualTls(member, security) ? inPlainText(member) : member,
      ),
    ]),
  );
}

function takesMutualTls({ labels, port, envoy }: MeshEndpoint, security: Security): boolean {
  const identity = envoy.metadata?.filter_metadata['istio']?.['workload'];
  const namespace = typeof identity === 'string' ? (identity.split(';')[1] ?? '') : '';
  return security.takesMutualTls({ namespace, labels }, port);
}

function inPlainText(member: MeshEndpoint): MeshEndpoint {
  const { 'envoy.transport_socket_match': _, ...others } = member.envoy.metadata?.filter_metadata ?? {};
  return { ...member, mtls: false, envoy: { ...member.envoy, metadata: { filter_metadata: others } } };
}
