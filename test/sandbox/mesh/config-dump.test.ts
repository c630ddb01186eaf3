import { describe, expect, it } from 'vitest';
import { configDump } from '../../../sandbox/mesh/config-dump.ts';
import { configOf, meshOf, service, sidecar } from './support/mesh.ts';

const config = configOf(meshOf(service('web')), sidecar({ labels: { app: 'web' } }));
const types = (dump: { configs: readonly { '@type': string }[] }): string[] =>
  dump.configs.map((entry) => entry['@type'].replace('type.googleapis.com/envoy.admin.v3.', ''));

describe('§11 /config_dump', () => {
  it('has a dump per kind', () => {
    expect(types(configDump(config))).toEqual([
      'ClustersConfigDump',
      'EcdsConfigDump',
      'ListenersConfigDump',
      'ScopedRoutesConfigDump',
      'RoutesConfigDump',
      'SecretsConfigDump',
    ]);
  });

  it('has endpoints with include_eds', () => {
    const dump = configDump(config, { includeEds: true });
    expect(types(dump)).toContain('EndpointsConfigDump');
    expect(dump.configs[2]).toMatchObject({
      dynamic_endpoint_configs: [
        {
          endpoint_config: {
            '@type': 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
            cluster_name: 'outbound|80||web.default.svc.cluster.local',
          },
        },
      ],
    });
  });

  it.each([
    [
      'dynamic_active_clusters,static_clusters',
      'ClustersConfigDump',
      ['@type', 'static_clusters', 'dynamic_active_clusters'],
    ],
    [
      'dynamic_listeners,static_listeners',
      'ListenersConfigDump',
      ['@type', 'static_listeners', 'dynamic_listeners'],
    ],
    [
      'dynamic_route_configs,static_route_configs',
      'RoutesConfigDump',
      ['@type', 'static_route_configs', 'dynamic_route_configs'],
    ],
  ])('mask=%s', (mask, type, fields) => {
    const dump = configDump(config, { mask, version: '7' });
    expect(types(dump)).toEqual([type]);
    expect(dump.configs.map((entry) => Object.keys(entry))).toEqual([fields]);
  });

  it('answers a mask of nothing it has with nothing', () => {
    expect(configDump(config, { mask: 'ecds_filters' })).toEqual({ configs: [] });
  });

  it('wraps each resource with its type, the version and the time it came', () => {
    const stamp = { version: '2025-04-01T10:00:00Z/3', lastUpdated: '2025-04-01T10:00:00.000Z' };
    const dump = configDump(config, { mask: 'dynamic_listeners,dynamic_route_configs', ...stamp });
    expect(dump).toMatchObject({
      configs: [
        {
          dynamic_listeners: [
            {
              name: 'virtualOutbound',
              active_state: {
                version_info: stamp.version,
                listener: {
                  '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener',
                  name: 'virtualOutbound',
                },
                last_updated: stamp.lastUpdated,
              },
            },
            { name: '0.0.0.0_80' },
            { name: 'virtualInbound' },
          ],
        },
        {
          dynamic_route_configs: [
            {
              version_info: stamp.version,
              route_config: {
                '@type': 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
                name: '80',
              },
            },
          ],
        },
      ],
    });
  });

  it('shows the clusters of the bootstrap among the static ones (§1.1)', () => {
    const stamp = { version: '7', lastUpdated: '2025-04-01T10:00:00.000Z' };
    const [dump] = configDump(config, { mask: 'static_clusters', ...stamp }).configs;
    const all = dump?.['static_clusters'] as { cluster: { name: string }; last_updated: string }[];
    expect(all.map(({ cluster }) => cluster.name)).toEqual([
      'agent',
      'prometheus_stats',
      'sds-grpc',
      'xds-grpc',
    ]);
    expect(all[0]).toEqual({
      cluster: {
        '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
        name: 'agent',
        type: 'STATIC',
        connect_timeout: '0.250s',
        alt_stat_name: 'agent;',
        load_assignment: {
          cluster_name: 'agent',
          endpoints: [
            {
              lb_endpoints: [
                { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: 15_020 } } } },
              ],
            },
          ],
        },
      },
      last_updated: stamp.lastUpdated,
    });
  });

  it('shows the routes that stand inside a listener among the static ones', () => {
    const { configs } = configDump(config, { mask: 'static_route_configs' });
    const entries = configs.flatMap(
      (dump) => dump['static_route_configs'] as { route_config: { name: string } }[],
    );
    const names = entries.map(({ route_config: { name } }) => name);
    // Those of the listeners that a proxy starts with have no name.
    expect(new Set(names)).toEqual(new Set(['InboundPassthroughCluster', 'inbound|3000||', undefined]));
  });
});
