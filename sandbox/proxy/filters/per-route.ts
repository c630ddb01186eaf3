import type { CorsPolicy, HttpFault, PerFilterConfig } from '../../envoy/route.ts';
import { ConfigError } from '../config-error.ts';
import { compileCors } from './cors.ts';
import { compileFault } from './fault.ts';
import type { PerRouteFilters } from './filter.ts';

const compilers: Readonly<Record<string, (config: unknown, field: string) => unknown>> = {
  'envoy.filters.http.fault': (config, field) => compileFault(config as HttpFault, field),
  'envoy.filters.http.cors': (config, field) => compileCors(config as CorsPolicy, field),
};

/** @throws ConfigError for a filter that has no per-route configuration here */
export function compilePerRoute(configs: PerFilterConfig | undefined, field: string): PerRouteFilters {
  if (configs === undefined) return none;
  const compiled = new Map<string, unknown>();
  for (const [name, config] of Object.entries(configs)) {
    const compile = Object.hasOwn(compilers, name) ? compilers[name] : undefined;
    if (compile === undefined) throw new ConfigError(`${field}["${name}"]`, 'no such filter');
    compiled.set(name, compile(config, `${field}["${name}"]`));
  }
  return compiled;
}

const none: PerRouteFilters = new Map();
