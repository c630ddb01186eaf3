// HttpConnectionManager, compiled: what all requests of a filter chain share.

import type { Clock, Random } from '../../clock/clock.ts';
import type { HttpConnectionManager, Listener } from '../../envoy/config.ts';
import type { TelemetryReporter } from '../../telemetry/reporter.ts';
import { ConfigError } from '../config-error.ts';
import type { HttpFilter } from '../filters/filter.ts';
import { createFilters } from '../filters/registry.ts';
import { accessLog, type WriteAccessLog } from '../format/access-log.ts';
import { routeTable, type RouteTable } from '../route/route-table.ts';
import type { Clusters } from '../upstream/clusters.ts';
import { milliseconds } from '../values.ts';

/** What a proxy gives to everything that runs in it. */
export interface ProxyRuntime {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: (line: string) => void;
  readonly clusters: Clusters;
  readonly telemetry: TelemetryReporter;
  /** SPIFFE URI of this workload. */
  readonly principal: string;
  /** This workload's own address. */
  readonly ip: string;
  /** A table of RDS by name. */
  route(name: string): RouteTable | undefined;
  /** Connections shall not be kept alive any more. */
  readonly draining: boolean;
}

export interface Manager extends Omit<ProxyRuntime, 'log' | 'draining' | 'route'> {
  readonly direction: Listener['traffic_direction'];
  readonly edge: boolean;
  readonly serverName: string;
  readonly serverHeader: NonNullable<HttpConnectionManager['server_header_transformation']>;
  readonly clientCert: NonNullable<HttpConnectionManager['forward_client_cert_details']>;
  readonly clientCertDetails: NonNullable<HttpConnectionManager['set_current_client_cert_details']>;
  readonly normalizesPath: boolean;
  /** 0: none. */
  readonly streamIdleMs: number;
  readonly upgrades: ReadonlySet<string>;
  readonly filters: readonly HttpFilter[];
  readonly writeLog: WriteAccessLog;
  routes(): RouteTable | undefined;
  isDraining(): boolean;
}

/** @throws ConfigError */
export function createManager(
  config: HttpConnectionManager,
  direction: Listener['traffic_direction'],
  runtime: ProxyRuntime,
  field: string,
): Manager {
  const escaped = config.path_with_escaped_slashes_action ?? 'KEEP_UNCHANGED';
  if (escaped !== 'KEEP_UNCHANGED' && escaped !== 'IMPLEMENTATION_SPECIFIC_DEFAULT') {
    throw new ConfigError(`${field}.path_with_escaped_slashes_action`, `${escaped} is not executed`);
  }
  const { clock, random, clusters, telemetry, principal, ip } = runtime;
  return {
    clock,
    random,
    clusters,
    telemetry,
    principal,
    ip,
    direction,
    edge: config.use_remote_address === true,
    serverName: config.server_name ?? 'envoy',
    serverHeader: config.server_header_transformation ?? 'OVERWRITE',
    clientCert: config.forward_client_cert_details ?? 'SANITIZE',
    clientCertDetails: config.set_current_client_cert_details ?? {},
    normalizesPath: config.normalize_path === true,
    streamIdleMs: milliseconds(config.stream_idle_timeout ?? '300s', `${field}.stream_idle_timeout`),
    upgrades: new Set((config.upgrade_configs ?? []).map(({ upgrade_type: type }) => type.toLowerCase())),
    filters: createFilters(config.http_filters, runtime, `${field}.http_filters`),
    writeLog: accessLog(config.access_log, runtime.log, `${field}.access_log`),
    routes: routesOf(config, runtime, field),
    isDraining: () => runtime.draining,
  };
}

function routesOf(
  config: HttpConnectionManager,
  runtime: ProxyRuntime,
  field: string,
): () => RouteTable | undefined {
  if (config.route_config !== undefined) {
    const table = routeTable(config.route_config);
    return () => table;
  }
  const name = config.rds?.route_config_name;
  if (name === undefined) throw new ConfigError(field, 'has neither rds nor route_config');
  return () => runtime.route(name);
}
