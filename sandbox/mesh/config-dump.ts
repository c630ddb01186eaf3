// What Envoy's admin server answers to GET /config_dump (envoy.admin.v3.ConfigDump).

import type { ProxyConfig } from '../envoy/config.ts';
import type { RouteConfiguration } from '../envoy/route.ts';
import { bootstrapClusters } from './cluster/bootstrap-clusters.ts';
import { bootstrapListeners } from './listener/bootstrap-listeners.ts';
import { withTracing } from './listener/tracing.ts';
import type { ProxyNode } from './proxy-node.ts';

/** `{ configs: […] }` with Envoy's own field names. */
export interface ConfigDump {
  readonly configs: readonly ({ readonly '@type': string } & Readonly<Record<string, unknown>>)[];
}

export interface DumpOptions {
  /**
   * `mask=` of the request: fields of the dumps, separated by commas (`dynamic_route_configs,static_route_configs`).
   * Only the dumps that have one of them are answered, and of those only these fields.
   */
  readonly mask?: string;
  /** `include_eds` of the request: endpoints too. */
  readonly includeEds?: boolean;
  /** What the proxy was started with. */
  readonly bootstrap?: object;
  /** Whose it is, for what is said of the workload in its traces. */
  readonly node?: ProxyNode;
  /** Its own certificate, and those that it trusts, beside the secrets of the config. */
  readonly certificates?: readonly CertificateSecret[];
  /** Of the config; Envoy shows what istiod called it. */
  readonly version?: string;
  /** RFC 3339: when the config came. */
  readonly lastUpdated?: string;
}

/** One secret that the proxy got by SDS: a certificate of its own, or one of an authority. */
export interface CertificateSecret {
  readonly name: string;
  readonly kind: 'own' | 'authority';
  readonly pem: string;
  /** RFC 3339: when it came. */
  readonly lastUpdated: string;
}

/** In Envoy's order. Of dumps with nothing in them the type is shown. */
export function configDump(config: ProxyConfig, options: DumpOptions = {}): ConfigDump {
  const { mask, includeEds = false, bootstrap, node, certificates = [], ...stamp } = options;
  const dumps: Dump[] = [
    ...(bootstrap === undefined ? [] : [{ '@type': admin('BootstrapConfigDump'), bootstrap }]),
    clusters(config, stamp),
    // No filter is sent on its own.
    { '@type': admin('EcdsConfigDump') },
    ...(includeEds ? [endpoints(config)] : []),
    listeners(config, node, stamp),
    { '@type': admin('ScopedRoutesConfigDump') },
    routes(config, stamp),
    secretsDump(config, certificates),
  ];
  const fields = mask?.split(',').map((field) => field.trim());
  const shown = fields === undefined ? dumps : dumps.flatMap((dump) => masked(dump, fields));
  return { configs: shown.map(withoutEmptyLists) };
}

type Dump = ConfigDump['configs'][number];
type Stamp = Pick<DumpOptions, 'version' | 'lastUpdated'>;

function masked({ '@type': type, ...dump }: Dump, fields: readonly string[]): Dump[] {
  const kept = Object.entries(dump).filter(([field]) => fields.includes(field));
  return kept.length === 0 ? [] : [{ '@type': type, ...Object.fromEntries(kept) }];
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const withoutEmptyLists = <T extends object>(message: T): T =>
  Object.values(message).some(isEmptyList)
    ? (Object.fromEntries(Object.entries(message).filter(([, value]) => !isEmptyList(value))) as T)
    : message;

const admin = (name: string): string => `type.googleapis.com/envoy.admin.v3.${name}`;
const typed = (type: string, resource: object): object => ({
  '@type': `type.googleapis.com/envoy.config.${type}`,
  ...resource,
});

const updated = ({ lastUpdated }: Stamp): object =>
  lastUpdated === undefined ? {} : { last_updated: lastUpdated };
const versioned = ({ version }: Stamp): object => (version === undefined ? {} : { version_info: version });

/** The black hole stands in Istio's own push too, so all but those of the bootstrap are dynamic. */
const clusters = ({ clusters: all }: ProxyConfig, stamp: Stamp): Dump => ({
  '@type': admin('ClustersConfigDump'),
  ...versioned(stamp),
  static_clusters: bootstrapClusters.map((cluster) => ({
    cluster: typed('cluster.v3.Cluster', cluster.config),
    ...updated(stamp),
  })),
  // Envoy keeps them by name.
  dynamic_active_clusters: all
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((cluster) => ({
      ...versioned(stamp),
      cluster: typed('cluster.v3.Cluster', cluster),
      ...updated(stamp),
    })),
});

const endpoints = ({ endpoints: all }: ProxyConfig): Dump => ({
  '@type': admin('EndpointsConfigDump'),
  dynamic_endpoint_configs: all.map((assignment) => ({
    endpoint_config: typed('endpoint.v3.ClusterLoadAssignment', withoutEmptyLists(assignment)),
  })),
});

const listeners = ({ listeners: all }: ProxyConfig, node: ProxyNode | undefined, stamp: Stamp): Dump => ({
  '@type': admin('ListenersConfigDump'),
  ...versioned(stamp),
  static_listeners: bootstrapListeners.map(({ config }) => ({
    listener: typed('listener.v3.Listener', config),
    ...updated(stamp),
  })),
  dynamic_listeners: all.map((listener) => ({
    name: listener.name,
    active_state: {
      ...versioned(stamp),
      listener: typed('listener.v3.Listener', node === undefined ? listener : withTracing(listener, node)),
      ...updated(stamp),
    },
  })),
});

/** Configurations of their own, and those that stand inside a listener. */
function routes({ routes: pushed, listeners: all }: ProxyConfig, stamp: Stamp): Dump {
  const inline = all.flatMap(({ filter_chains: chains }) =>
    chains.flatMap(({ filters }) =>
      filters.flatMap(({ typed_config: filter }) =>
        'route_config' in filter && filter.route_config ? [filter.route_config] : [],
      ),
    ),
  );
  const entry = ({ name, virtual_hosts: hosts, ...more }: RouteConfiguration): object => ({
    route_config: typed('route.v3.RouteConfiguration', {
      name,
      virtual_hosts: hosts.map(withoutEmptyLists),
      ...more,
    }),
    ...updated(stamp),
  });
  return {
    '@type': admin('RoutesConfigDump'),
    static_route_configs: [
      ...inline.map(entry),
      ...bootstrapListeners.map((listener) => ({
        route_config: typed('route.v3.RouteConfiguration', listener.routes),
        ...updated(stamp),
      })),
    ],
    dynamic_route_configs: pushed.map((route) => ({ ...versioned(stamp), ...entry(route) })),
  };
}

const redacted = Buffer.from('[redacted]').toString('base64');
const inline = (pem: string): object => ({ inline_bytes: Buffer.from(pem).toString('base64') });

/** Private keys are left out, as Envoy does. */
function secretsDump({ secrets = [] }: ProxyConfig, certificates: readonly CertificateSecret[]): Dump {
  const withKey = (pem: string): object => ({
    tls_certificate: { certificate_chain: inline(pem), private_key: { inline_bytes: redacted } },
  });
  const entry = (name: string, secret: object, stamp: Stamp = {}): object => ({
    name,
    ...updated(stamp),
    secret: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret',
      name,
      ...secret,
    },
  });
  return {
    '@type': admin('SecretsConfigDump'),
    dynamic_active_secrets: [
      ...certificates.map(({ name, kind, pem, lastUpdated }) =>
        entry(name, kind === 'own' ? withKey(pem) : { validation_context: { trusted_ca: inline(pem) } }, {
          lastUpdated,
        }),
      ),
      ...secrets.map(({ name, tls_certificate: { certificate_chain: chain } }) =>
        entry(name, withKey(chain.inline_string)),
      ),
    ],
  };
}
