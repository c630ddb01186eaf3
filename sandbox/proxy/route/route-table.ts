// RouteConfiguration, compiled. Unchanged virtual hosts are compiled once, however often their configuration is sent.

import type { Random } from '../../clock/clock.ts';
import type { RouteConfiguration, VirtualHost } from '../../envoy/route.ts';
import { Domains, withoutPort } from './domains.ts';
import { routeEntry, type RouteEntry } from './route-entry.ts';
import { withoutQuery, type RouteRequest } from './route-request.ts';

export interface RouteTable {
  readonly name: string;
  /** The first route that matches, in the virtual host that answers for the authority. */
  find(request: RouteRequest, random: Random): FoundRoute | undefined;
  /** The virtual host wants https for this request. */
  requiresTls(request: RouteRequest): boolean;
}

export interface FoundRoute {
  readonly route: RouteEntry;
  /** x-envoy-attempt-count is sent upstream. */
  readonly countsAttempts: boolean;
}

interface CompiledHost {
  readonly routes: readonly FoundRoute[];
  readonly tls: boolean;
}

const tables = new WeakMap<RouteConfiguration, RouteTable>();
const hosts = new WeakMap<VirtualHost, CompiledHost>();

/** @throws ConfigError */
export function routeTable(config: RouteConfiguration): RouteTable {
  const known = tables.get(config);
  if (known !== undefined) return known;
  const table = compileTable(config);
  tables.set(config, table);
  return table;
}

function compileTable(config: RouteConfiguration): RouteTable {
  const domains = new Domains<CompiledHost>();
  for (const host of config.virtual_hosts) {
    const field = `routes[${config.name}].virtual_hosts[${host.name}]`;
    const compiled = virtualHost(host, field);
    for (const domain of host.domains) domains.add(domain, compiled, `${field}.domains`);
  }
  const ignorePort = config.ignore_port_in_host_matching === true;
  const hostOf = ({ authority }: RouteRequest): CompiledHost | undefined =>
    domains.find(ignorePort ? withoutPort(authority) : authority);
  return {
    name: config.name,
    find: (request, random) => {
      const routes = hostOf(request)?.routes;
      if (routes === undefined) return undefined;
      const path = withoutQuery(request.path);
      for (const found of routes) if (found.route.matches(request, path, random)) return found;
      return undefined;
    },
    requiresTls: (request) => request.scheme !== 'https' && hostOf(request)?.tls === true,
  };
}

function virtualHost(host: VirtualHost, field: string): CompiledHost {
  const known = hosts.get(host);
  if (known !== undefined) return known;
  const countsAttempts = host.include_request_attempt_count === true;
  const compiled: CompiledHost = {
    routes: host.routes.map((route, index) => ({
      route: routeEntry(route, `${field}.routes[${index}]`),
      countsAttempts,
    })),
    // EXTERNAL_ONLY spares internal addresses, of which Istio 1.25 knows none.
    tls: host.require_tls === 'ALL' || host.require_tls === 'EXTERNAL_ONLY',
  };
  hosts.set(host, compiled);
  return compiled;
}
