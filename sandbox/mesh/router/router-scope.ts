import { isDeepStrictEqual } from 'node:util';
import { changesSecurityOf } from '../security/security.ts';
import { blackholeHost, gatewayHost, servedHosts } from './gateway-host.ts';
import { GatewayHosts } from './gateway-hosts.ts';
import { gatewayListeners, secretName } from './gateway-listeners.ts';
import { mergedServers, type MergedServers } from './merged-servers.ts';
import { meshConfigFor } from '../proxy-mesh-config.ts';
import { MeshView } from '../outbound/mesh-view.ts';
import { routeConfiguration } from '../outbound/route-configurations.ts';
import type { Change } from '../model/changes.ts';
import type { HttpFilter, Listener } from '../../envoy/config.ts';
import type { Secret } from '../../envoy/tls.ts';
import type { MeshSnapshot } from '../model.ts';
import type { ProxyNode } from '../proxy-node.ts';
import type { RouteConfiguration } from '../../envoy/route.ts';

/** What gateway pods with the same labels listen on, and their routes. Follows the mesh as `OutboundScope` does. */
export class RouterScope {
  readonly #view: MeshView;
  #merged: readonly MergedServers[] = [];
  #ports: readonly Port[] = [];
  #listeners: readonly Listener[] = [];
  #secrets: readonly Secret[] = [];
  #security: readonly HttpFilter[] = [];
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
      listeners: this.#listeners,
      secrets: this.#secrets,
      routes: this.#ports.map(({ routes }) => routes),
    };
  }

  #update(change: Change, snapshot: MeshSnapshot, proxy: ProxyNode): void {
    const secured = this.#secure(change, snapshot, proxy);
    if (change.gateways || change.services || change.everything || secured) {
      const merged = mergedServers(snapshot, proxy);
      this.#keepSecrets(merged, snapshot, proxy);
      if (change.everything || secured || !isDeepStrictEqual(merged, this.#merged)) {
        const mesh = meshConfigFor(snapshot, 'router', proxy, 'CLIENT');
        this.#merged = merged;
        this.#ports = merged.map((servers) => this.#newPort(servers));
        this.#listeners = gatewayListeners(merged, mesh, this.#security).map(
          (listener) => this.#listeners.find((known) => isDeepStrictEqual(known, listener)) ?? listener,
        );
        return;
      }
    }
    this.#ports = this.#ports.map((port) => this.#updatedPort(port, change));
  }

  /** A Secret that is missing is left out: the handshakes of its servers fail. */
  #keepSecrets(merged: readonly MergedServers[], { secrets }: MeshSnapshot, { namespace }: ProxyNode): void {
    const names = new Set(merged.flatMap(({ tls }) => tls?.credentialName ?? []));
    const next = [...names].flatMap((name) => {
      const secret = secrets.get(`${namespace}/${name}`);
      if (secret === undefined) return [];
      const made: Secret = {
        name: secretName(name),
        tls_certificate: {
          certificate_chain: { inline_string: secret.certificate },
          private_key: { inline_string: secret.key },
        },
      };
      return [this.#secrets.find((known) => isDeepStrictEqual(known, made)) ?? made];
    });
    if (!isDeepStrictEqual(next, this.#secrets)) this.#secrets = next;
  }

  /** Answers whether other policies hold now. */
  #secure(change: Change, snapshot: MeshSnapshot, proxy: ProxyNode): boolean {
    if (!change.everything && !changesSecurityOf(change, proxy.namespace)) return false;
    const { http } = snapshot.security.filters(proxy);
    if (isDeepStrictEqual(http, this.#security)) return false;
    this.#security = http;
    return true;
  }

  #newPort(merged: MergedServers): Port {
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
    const hosts = new GatewayHosts();
    for (const name of names) hosts.set(name, gatewayHost(name, merged.servers, this.#view));
    const known = this.#ports.find(({ routes }) => routes.name === merged.routeName);
    const routes = routesOf(merged, hosts);
    return {
      merged,
      hosts,
      routes: known !== undefined && isDeepStrictEqual(known.routes, routes) ? known.routes : routes,
    };
  }

  #updatedPort(port: Port, { gatewayHosts }: Change): Port {
    const names = port.merged.servers.flatMap((bound) => {
      const changed = gatewayHosts.get(bound.gateway);
      if (changed === undefined) return [];
      // Which namespaces a server admits is asked again for each VirtualService.
      const server = { ...bound.server, hosts: bound.server.hosts.map((host) => host.replace(/^.*\//u, '')) };
      return servedHosts({ ...bound, server }, { hosts: [...changed], namespace: '' });
    });
    const before = port.hosts.all();
    for (const name of new Set(names))
      port.hosts.set(name, gatewayHost(name, port.merged.servers, this.#view));
    return port.hosts.all() === before ? port : { ...port, routes: routesOf(port.merged, port.hosts) };
  }
}

export interface RouterLists {
  readonly listeners: readonly Listener[];
  readonly routes: readonly RouteConfiguration[];
  readonly secrets: readonly Secret[];
}

interface Port {
  readonly merged: MergedServers;
  readonly hosts: GatewayHosts;
  readonly routes: RouteConfiguration;
}

function routesOf(merged: MergedServers, hosts: GatewayHosts): RouteConfiguration {
  const port = merged.servers[0]?.server.port.number ?? merged.port;
  const all = hosts.all();
  return routeConfiguration(merged.routeName, all.length === 0 ? [blackholeHost(port)] : all);
}
