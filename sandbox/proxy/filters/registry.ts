import type { HttpFilter as FilterConfig } from '../../envoy/config.ts';
import type { TelemetryReporter } from '../../telemetry/reporter.ts';
import { ConfigError } from '../config-error.ts';
import { corsFilter } from './cors.ts';
import { faultFilter } from './fault.ts';
import type { HttpFilter } from './filter.ts';
import { jwtFilter } from './jwt.ts';
import { rbacFilter } from './rbac.ts';
import { routerFilter } from './router.ts';
import { statsFilter } from './stats.ts';

export interface FilterContext {
  readonly telemetry: TelemetryReporter;
}

/** Workloads are known by their addresses, and a handshake is told what will be spoken; statistics of gRPC are not kept. */
const shown = (): HttpFilter => ({});

const factories: {
  readonly [Name in FilterConfig['name']]: (
    config: Extract<FilterConfig, { name: Name }>['typed_config'],
    context: FilterContext,
  ) => HttpFilter;
} = {
  'istio.metadata_exchange': shown,
  'envoy.filters.http.grpc_stats': shown,
  'istio.alpn': shown,
  'envoy.filters.http.jwt_authn': jwtFilter,
  'envoy.filters.http.rbac': rbacFilter,
  'envoy.filters.http.fault': faultFilter,
  'envoy.filters.http.cors': corsFilter,
  'istio.stats': statsFilter,
  'envoy.filters.http.router': routerFilter,
};

/** @throws ConfigError for a filter the proxy does not have, or a chain that does not end with the router */
export function createFilters(
  configs: readonly FilterConfig[],
  context: FilterContext,
  field: string,
): readonly HttpFilter[] {
  if (configs.at(-1)?.name !== 'envoy.filters.http.router') {
    throw new ConfigError(field, 'the last filter is not envoy.filters.http.router');
  }
  return configs.map((config, index) => {
    if (!Object.hasOwn(factories, config.name)) {
      throw new ConfigError(`${field}[${index}].name`, `there is no HTTP filter "${config.name}"`);
    }
    const create = factories[config.name] as (config: unknown, context: FilterContext) => HttpFilter;
    return create(config.typed_config, context);
  });
}
