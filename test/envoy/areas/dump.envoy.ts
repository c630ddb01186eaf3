// A real Envoy takes what the mesh writes, and prints it in its /config_dump as we do: every field, in the same order.

import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { withTracing } from '../../../sandbox/mesh/listener/tracing.ts';
import { configOf, meshOf, router, sidecar } from '../../sandbox/mesh/support/mesh.ts';
import { launchEnvoy } from '../support/envoy-process.ts';
import type { HttpFilter, Listener, NetworkFilter } from '../../../sandbox/envoy/config.ts';
import type { ProxyNode } from '../../../sandbox/mesh/proxy-node.ts';
import type { RouteConfiguration } from '../../../sandbox/envoy/route.ts';

const mesh = meshOf(readFileSync('test/sandbox/mesh/support/every-field.yaml', 'utf8'), {
  accessLogFile: '/dev/stdout',
});

describe.each([
  ['a sidecar', sidecar({ labels: { app: 'web' }, ports: [{ name: 'odd', containerPort: 82 }] })],
  ['a gateway', router()],
])('what %s is given', async (_, node) => {
  const given = resourcesFor(node);
  const envoy = await launchEnvoy(() => bootstrapOf(given), isAsked);
  afterAll(() => envoy.stop());
  const { configs } = (await (await fetch(`http://${envoy.admin}/config_dump`)).json()) as {
    configs: readonly Readonly<Record<string, readonly Record<string, object>[]>>[];
  };
  const printed = (list: string, field: string): readonly object[] =>
    configs.flatMap((dump) => dump[list] ?? []).map((entry) => entry[field] ?? {});

  it.each(given.clusters)('cluster $name', (cluster) => {
    expect(lines(named(printed('static_clusters', 'cluster'), cluster.name))).toBe(lines(cluster));
  });

  it.each(given.listeners)('listener $name', (listener) => {
    expect(lines(named(printed('static_listeners', 'listener'), listener.name))).toBe(lines(listener));
  });

  it.each(given.routes)('route configuration $name', (routes) => {
    expect(lines(named(printed('static_route_configs', 'route_config'), routes.name))).toBe(lines(routes));
  });
});

/** Of a mesh, as far as an Envoy knows what is in it: Istio's own filters are not there. */
function resourcesFor(node: ProxyNode) {
  const { clusters, listeners, routes } = configOf(mesh, node);
  return {
    clusters,
    listeners: listeners.map((listener, at) => ({
      ...withoutIstiosFilters(withTracing(listener, node)),
      address: loopback(1, at),
    })),
    routes: routes.map(withoutEmptyLists),
  };
}

/** Nothing comes over ADS or SDS: Envoy shows what it was given, and waits for the rest. */
function bootstrapOf({ clusters, listeners, routes }: ReturnType<typeof resourcesFor>): unknown {
  const grpc = (name: string): unknown => ({
    name,
    type: 'STATIC',
    load_assignment: { cluster_name: name },
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
  });
  return {
    node: { id: 'test', cluster: 'test' },
    admin: { address: loopback(0, 0) },
    layered_runtime: {
      layers: [{ name: 'all', static_layer: { 'envoy.features.enable_all_deprecated_features': true } }],
    },
    dynamic_resources: {
      ads_config: {
        api_type: 'GRPC',
        transport_api_version: 'V3',
        grpc_services: [{ envoy_grpc: { cluster_name: 'xds-grpc' } }],
      },
    },
    static_resources: {
      clusters: [grpc('xds-grpc'), grpc('sds-grpc'), ...clusters],
      listeners: [...listeners, ...routes.map(listenerWith)],
    },
  };
}

/** A listener is where a route configuration can stand without being sent for. */
const listenerWith = (routes: RouteConfiguration, at: number): unknown => ({
  name: `with ${routes.name}`,
  address: loopback(2, at),
  filter_chains: [
    {
      filters: [
        {
          name: 'envoy.filters.network.http_connection_manager',
          typed_config: {
            '@type':
              'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
            stat_prefix: 'with',
            route_config: routes,
            http_filters: [
              {
                name: 'envoy.filters.http.router',
                typed_config: {
                  '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
                },
              },
            ],
          },
        },
      ],
    },
  ],
});

/** Envoy wants an address for each. */
const loopback = (net: number, host: number): Listener['address'] => ({
  socket_address: { address: `127.0.${net}.${host + 1}`, port_value: 0 },
});

function withoutIstiosFilters(listener: Listener): Listener {
  const isEnvoys = ({ name }: HttpFilter): boolean => !name.startsWith('istio.');
  const filter = (one: NetworkFilter): NetworkFilter =>
    one.name === 'envoy.filters.network.http_connection_manager'
      ? {
          ...one,
          typed_config: { ...one.typed_config, http_filters: one.typed_config.http_filters.filter(isEnvoys) },
        }
      : one;
  return {
    ...listener,
    filter_chains: listener.filter_chains.map((chain) => ({ ...chain, filters: chain.filters.map(filter) })),
  };
}

/** A virtual host for nothing has no routes, which nobody prints. */
const withoutEmptyLists = (routes: RouteConfiguration): RouteConfiguration => ({
  ...routes,
  virtual_hosts: routes.virtual_hosts.filter(({ routes: list }) => list.length > 0),
});

/** The dump has all that the test asks for; Envoy is not ready, and will not be. */
async function isAsked(admin: string): Promise<boolean> {
  const answer = await fetch(`http://${admin}/config_dump?mask=static_listeners`).catch(() => undefined);
  return (await answer?.text())?.includes('envoy.config.listener.v3.Listener') === true;
}

function named(all: readonly object[], name: string): object {
  const found = all.find((one) => 'name' in one && one.name === name) ?? {};
  const { '@type': _, ...resource } = found as { '@type'?: string };
  return resource;
}

/** Line by line, so that a difference shows where it is. Entries of maps have no order in Envoy. */
const lines = (value: unknown): string => JSON.stringify(value, sortedMaps, 1);

const maps = new Set([
  'filter_metadata',
  'istio',
  'policies',
  'providers',
  'services',
  'typed_per_filter_config',
]);

function sortedMaps(key: string, value: unknown): unknown {
  if (!maps.has(key)) return value;
  const sorted = (one: object): object =>
    Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  if (Array.isArray(value)) return value.map((one) => sorted(one as object));
  return typeof value === 'object' && value !== null ? sorted(value) : value;
}
