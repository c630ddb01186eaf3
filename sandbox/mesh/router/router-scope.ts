import { isDeepStrictEqual } from 'node:util';
import {
  blackholeHost,
  CollapsedHosts,
  gatewayHost,
  servedHosts,
  type GatewayHost,
} from './gateway-hosts.ts';
import { connectionManager } from '../listener/filters.ts';
import { listenerAccessLogs } from '../listener/access-log.ts';
import { mergedServers, type MergedServers } from './merged-servers.ts';
import { MeshView } from '../outbound/mesh-view.ts';
import { routeConfiguration } from '../outbound/route-configurations.ts';
import { socketAddress } from '../outbound/outbound-listeners.ts';
import type { Change } from '../model/changes.ts';
import type { Listener } from '../../envoy/config.ts';
import type { MeshConfig } from '../mesh-config.ts';
import type { MeshSnapshot } from '../model.ts';
import type { ProxyNode } from '../proxy-node.ts';
import type { RouteConfiguration } from '../../envoy/route.ts';

/** What gateway pods with the same labels listen on, and their routes. Follows the mesh as `OutboundScope` does. */
export class RouterScope {
  readonly #view: MeshView;
  readonly #collapsed = new CollapsedHosts();
  #merged: readonly MergedServers[] = [];
  #ports: readonly Port[] = [];
  #revision = -1;

  constructor(snapshot: MeshSnapshot, proxy: ProxyNode) {
    this.#view = new MeshView(snapshot, proxy);
  }

  lists(snapshot: MeshSnapshot, proxy: ProxyNode): RouterLists {
    if (this.#revision !== snapshot.revision) {
      this.#view.moveTo(snapshot);
      const change = snapshot.changes.since(this.#revision);
      this.#update(change, snapshot, proxy);
      this.#revision = snapshot.revision;
    }
    return {
      listeners: this.#ports.map(({ listener }) => listener),
      routes: this.#ports.map(({ routes }) => routes),
    };
  }

  #update(change: Change, snapshot: MeshSnapshot, proxy: ProxyNode): void {
    if (change.gateways || change.everything) {
      const merged = mergedServers(snapshot, proxy);
      if (change.everything || !isDeepStrictEqual(merged, this.#merged)) {
        this.#merged = merged;
        this.#ports = merged.map((servers) => this.#newPort(servers, snapshot.mesh));
        return;
      }
    }
    this.#ports = this.#ports.map((port) => this.#updatedPort(port, change));
  }

  #newPort(merged: MergedServers, mesh: MeshConfig): Port {
    const names = new Set(
      merged.servers.flatMap((bound) => {
        const { gateway, server } = bound;
        const redirected =
          server.tls?.httpsRedirect === true ? server.hosts.map((host) => host.toLowerCase()) : [];
        const lists = [...this.#view.snapshot.virtualServices.boundTo(gateway).values()];
        return [
          ...redirected,
          ...lists.flatMap((list) => list.flatMap((entry) => servedHosts(bound, entry))),
        ];
      }),
    );
    const hosts = new Map<string, GatewayHost>();
    for (const name of names) this.#setHost(hosts, name, merged);
    const known = this.#ports.find(({ routes }) => routes.name === merged.routeName);
    const routes = routesOf(merged, hosts, this.#collapsed);
    const listener = gatewayListener(merged, mesh);
    return {
      merged,
      hosts,
      routes: known !== undefined && isDeepStrictEqual(known.routes, routes) ? known.routes : routes,
      listener:
        known !== undefined && isDeepStrictEqual(known.listener, listener) ? known.listener : listener,
    };
  }

  #updatedPort(port: Port, { gatewayHosts }: Change): Port {
    const names = port.merged.servers.flatMap((bound) => {
      const changed = [...(gatewayHosts.get(bound.gateway) ?? [])];
      // Which namespaces a server admits is asked again for each VirtualService.
      const server = { ...bound.server, hosts: bound.server.hosts.map((host) => host.replace(/^.*\//u, '')) };
      return servedHosts({ ...bound, server }, { hosts: changed, namespace: '' });
    });
    if (names.length === 0) return port;
    const hosts = new Map(port.hosts);
    let changed = false;
    for (const name of new Set(names)) changed = this.#setHost(hosts, name, port.merged) || changed;
    return changed ? { ...port, hosts, routes: routesOf(port.merged, hosts, this.#collapsed) } : port;
  }

  /** Returns whether the host is another than before. */
  #setHost(hosts: Map<string, GatewayHost>, name: string, { servers }: MergedServers): boolean {
    const old = hosts.get(name);
    const made = gatewayHost(name, servers, this.#view);
    if (made === undefined) return hosts.delete(name);
    if (old !== undefined && isDeepStrictEqual(old, made)) return false;
    hosts.set(name, made);
    return true;
  }
}

export interface RouterLists {
  readonly listeners: readonly Listener[];
  readonly routes: readonly RouteConfiguration[];
}

interface Port {
  readonly merged: MergedServers;
  readonly hosts: ReadonlyMap<string, GatewayHost>;
  readonly routes: RouteConfiguration;
  readonly listener: Listener;
}

function routesOf(
  merged: MergedServers,
  hosts: ReadonlyMap<string, GatewayHost>,
  collapsed: CollapsedHosts,
): RouteConfiguration {
  const port = merged.servers[0]?.server.port.number ?? merged.port;
  const virtualHosts = hosts.size === 0 ? [blackholeHost(port)] : collapsed.of(hosts.values());
  return routeConfiguration(
    merged.routeName,
    virtualHosts.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name))),
  );
}

function gatewayListener({ port, bind, routeName }: MergedServers, { accessLogFile }: MeshConfig): Listener {
  const address = bind === '' ? '0.0.0.0' : bind;
  const name = `${address}_${port}`;
  return {
    name,
    address: socketAddress(address, port),
    traffic_direction: 'OUTBOUND',
    filter_chains: [
      { filters: [connectionManager('gateway', `outbound_${name}`, routeName, accessLogFile)] },
    ],
    ...listenerAccessLogs(accessLogFile),
  };
}
