// What a proxy was started with (envoy.config.bootstrap.v3.Bootstrap): who it is, where its admin interface listens, and
// whom it asks for everything else. As /config_dump shows it, and istioctl proxy-config bootstrap.

import { istioVersion } from '../install/istio-labels.ts';
import { fromAds } from './from-ads.ts';
import { bootstrapListeners } from './listener/bootstrap-listeners.ts';
import { bootstrapClusters } from './cluster/bootstrap-clusters.ts';
import type { ProxyNode } from './proxy-node.ts';

export interface BootstrapOptions {
  readonly node: ProxyNode;
  /** Name of the workload that the pod belongs to. */
  readonly workload: string;
}

export const bootstrapOf = (options: BootstrapOptions): object => ({
  node: nodeOf(options),
  static_resources: {
    listeners: bootstrapListeners.map(({ config }) => config),
    clusters: bootstrapClusters.map(({ config }) => config),
  },
  dynamic_resources: {
    lds_config: fromAds,
    cds_config: fromAds,
    ads_config: {
      api_type: 'DELTA_GRPC',
      grpc_services: [{ envoy_grpc: { cluster_name: 'xds-grpc' } }],
      set_node_on_first_message_only: true,
      transport_api_version: 'V3',
    },
  },
  cluster_manager: { enable_deferred_cluster_creation: true },
  admin: {
    profile_path: '/var/lib/istio/data/envoy.prof',
    address: { socket_address: { address: '127.0.0.1', port_value: 15_000 } },
    access_log: [
      {
        name: 'envoy.access_loggers.file',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
          path: '/dev/null',
        },
      },
    ],
  },
  layered_runtime: {
    layers: [
      {
        name: 'global config',
        static_layer: {
          'envoy.reloadable_features.http_reject_path_with_fragment': false,
          'overload.global_downstream_max_connections': '2147483647',
          're2.max_program_size.error_level': '32768',
        },
      },
      { name: 'admin', admin_layer: {} },
    ],
  },
  application_log_config: {
    log_format: { text_format: '%Y-%m-%dT%T.%fZ\t%l\tenvoy %n %g:%#\t%v\tthread=%t' },
  },
  deferred_stat_options: { enable_deferred_creation_stats: true },
});

function nodeOf({ node, workload }: BootstrapOptions): object {
  const { type, name, namespace, ip, labels, serviceAccount } = node;
  const domain = `${namespace}.svc.cluster.local`;
  return {
    id: [type, ip, `${name}.${namespace}`, domain].join('~'),
    cluster: `${labels['app'] ?? workload}.${namespace}`,
    metadata: {
      CLUSTER_ID: 'Kubernetes',
      ENVOY_PROMETHEUS_PORT: 15_090,
      ENVOY_STATUS_PORT: 15_021,
      INSTANCE_IPS: ip,
      INTERCEPTION_MODE: 'REDIRECT',
      ISTIO_VERSION: istioVersion,
      LABELS: labels,
      MESH_ID: 'cluster.local',
      NAME: name,
      NAMESPACE: namespace,
      SERVICE_ACCOUNT: serviceAccount,
      WORKLOAD_NAME: workload,
    },
    user_agent_name: 'envoy',
    user_agent_build_version: envoyVersion,
  };
}

/** Of the Envoy in this release of Istio. */
const envoyVersion = {
  version: { major_number: 1, minor_number: 33 },
  metadata: {
    'build.label': 'sandbox',
    'build.type': 'RELEASE',
    'revision.status': 'Clean',
    'ssl.version': 'BoringSSL',
  },
};
