import { isDeepStrictEqual } from 'node:util';
import { entryOf } from '../model/multi-map.ts';
import { openChains, openListener } from './open-listener.ts';
import { serviceListeners } from './outbound-listeners.ts';
import { isHttp } from '../protocol.ts';
import { PortPieces } from '../model/port-pieces.ts';
import { KeyedPieces } from '../model/keyed-pieces.ts';
import { loadAssignments } from '../cluster/load-assignments.ts';
import { MeshView } from './mesh-view.ts';
import { outboundClusters } from '../cluster/outbound-clusters.ts';
import { portRoutes, sniffedRoutes } from './route-configurations.ts';
import { virtualHosts } from './virtual-hosts.ts';
import { withoutDisabled } from '../security/plain-endpoints.ts';
import type { Client } from '../model/destination-rules.ts';
import type {
  Cluster,
  ClusterLoadAssignment,
  FilterChain,
  Listener,
  ProxyConfig,
} from '../../envoy/config.ts';
import type { MeshConfig } from '../mesh-config.ts';
import type { MeshSnapshot } from '../model.ts';
import type { ProxyNode } from '../proxy-node.ts';
import type { RouteConfiguration, VirtualHost } from '../../envoy/route.ts';

/**
 * All that proxies of one type in one namespace send to. It follows the mesh: after a change only the pieces of the
 * hosts it is about are made anew, and a list that has no new piece stays the same object.
 */
export class OutboundScope {
  readonly #type: ProxyNode['type'];
  readonly #view: MeshView;
  readonly #clusters = new KeyedPieces<Cluster>();
  readonly #endpoints = new KeyedPieces<ClusterLoadAssignment>();
  readonly #listeners = new KeyedPieces<Listener>();
  readonly #sniffed = new KeyedPieces<RouteConfiguration>();
  /** By name, as Istio sorts them. */
  readonly #hostsByPort = new Map<number, KeyedPieces<VirtualHost>>();
  readonly #portsOfHost = new Map<string, ReadonlySet<number>>();
  /** Services that declare HTTP: their ports have a common listener. */
  readonly #httpServices = new PortPieces<string>();
  /** Of services without an address, which share the listeners of their ports. */
  readonly #openChains = new PortPieces<FilterChain>();
  readonly #sharedPorts = new Map<number, SharedPort>();
  #distinct: { readonly of: readonly Listener[]; readonly listeners: readonly Listener[] } | undefined;
  #lists: Lists = { listeners: [], routes: [], clusters: [], endpoints: [] };
  #revision = -1;

  constructor(type: ProxyNode['type'], snapshot: MeshSnapshot, client: Client) {
    this.#type = type;
    this.#view = new MeshView(snapshot, client, type);
  }

  get #sidecar(): boolean {
    return this.#type === 'sidecar';
  }

  /** Brings everything up to the snapshot. A list without a new piece stays the same object. */
  lists(snapshot: MeshSnapshot): Lists {
    if (this.#revision === snapshot.revision) return this.#lists;
    this.#view.moveTo(snapshot);
    const { hosts, endpoints, mutualTls, everything } = snapshot.changes.since(this.#revision);
    if (everything) this.#view.refresh();
    const outdated = everything ? this.#allHosts(snapshot) : hosts;
    for (const host of outdated) this.#makeHost(host);
    for (const host of mutualTls ? this.#allHosts(snapshot) : endpoints)
      if (!outdated.has(host)) this.#makeEndpoints(host);
    this.#revision = snapshot.revision;
    const next = this.#assemble(this.#view.mesh);
    this.#lists = {
      clusters: next.clusters,
      endpoints: next.endpoints,
      routes: reuseList(this.#lists.routes, next.routes),
      listeners: reuseList(this.#lists.listeners, next.listeners),
    };
    return this.#lists;
  }

  #allHosts({ services, virtualServices }: MeshSnapshot): ReadonlySet<string> {
    const bound = this.#sidecar ? virtualServices.boundTo('mesh').keys() : [];
    return new Set([...services.hostnames, ...bound, ...this.#madeHosts()]);
  }

  /** Whoever has a piece here, and may be gone by now. A port without clusters has a listener all the same. */
  #madeHosts(): readonly string[] {
    const kinds = [this.#clusters, this.#listeners, this.#sniffed].flatMap(({ keys }) => keys);
    return [...this.#portsOfHost.keys(), ...this.#openChains.hosts, ...this.#httpServices.hosts, ...kinds];
  }

  #makeHost(host: string): void {
    this.#makeEndpoints(host);
    if (this.#sidecar) this.#makeVirtualHosts(host);
  }

  /** Clusters too: those of headless services depend on the endpoints. */
  #makeEndpoints(host: string): void {
    const service = this.#view.service(host);
    const rule = service && this.#view.rule(service);
    const endpoints = withoutDisabled(this.#view.endpoints(host), this.#view.snapshot.security);
    const accounts = this.#view.accounts(host);
    const clusters =
      service === undefined ? [] : outboundClusters({ service, rule, endpoints, accounts }, this.#type);
    this.#clusters.set(host, reuse(this.#clusters.get(host), clusters));
    const asked = new Set(clusters.filter(({ type }) => type === 'EDS').map(({ name }) => name));
    const assignments = service === undefined ? [] : loadAssignments(service, rule, endpoints);
    const answered = assignments.filter(({ cluster_name: name }) => asked.has(name));
    this.#endpoints.set(host, reuse(this.#endpoints.get(host), answered));
    if (!this.#sidecar) return;
    const { mesh } = this.#view;
    const listeners = service === undefined ? [] : serviceListeners(service, endpoints, mesh);
    this.#listeners.set(host, reuse(this.#listeners.get(host), listeners));
    const open =
      service === undefined ? new Map<number, readonly FilterChain[]>() : openChains(service, mesh);
    const reused = [...open].map(
      ([port, chains]) => [port, reuse(this.#openChains.get(port, host), chains)] as const,
    );
    this.#openChains.set(host, new Map(reused));
  }

  #makeVirtualHosts(host: string): void {
    const hosts = virtualHosts(host, this.#view);
    const ports = new Set(hosts.keys());
    for (const port of new Set([...(this.#portsOfHost.get(host) ?? []), ...ports])) {
      const pieces = entryOf(this.#hostsByPort, port, () => new KeyedPieces<VirtualHost>());
      const made = hosts.get(port);
      const name = `${host}:${port}`;
      pieces.set(name, reuse(pieces.get(name), made === undefined ? [] : [made]));
    }
    if (ports.size > 0) this.#portsOfHost.set(host, ports);
    else this.#portsOfHost.delete(host);

    const service = this.#view.service(host);
    const sniffed = (service?.ports ?? [])
      .filter(({ protocol }) => protocol === 'unknown')
      .flatMap(({ port }) => {
        const [virtualHost] = this.#hostsByPort.get(port)?.get(`${host}:${port}`) ?? [];
        return virtualHost === undefined ? [] : [sniffedRoutes(host, port, virtualHost)];
      });
    this.#sniffed.set(host, reuse(this.#sniffed.get(host), sniffed));
    const http = (service?.ports ?? []).filter(({ protocol }) => isHttp(protocol));
    this.#httpServices.set(host, new Map(http.map(({ port }) => [port, [host]])));
  }

  #assemble(mesh: MeshConfig): Lists {
    const clusters = this.#clusters.all();
    const endpoints = this.#endpoints.all();
    if (!this.#sidecar) return { clusters, endpoints, routes: [], listeners: [] };
    const ports = new Set([...this.#httpServices.ports, ...this.#openChains.ports]);
    const shared = [...ports].toSorted((a, b) => a - b).map((port) => this.#port(port, mesh));
    return {
      clusters,
      endpoints,
      routes: [...shared.flatMap(({ routes }) => routes ?? []), ...this.#sniffed.all()],
      listeners: [...shared.map(({ listener }) => listener), ...this.#ownListeners()],
    };
  }

  /** Of services that share an address and a port, the first by host name has it. */
  #ownListeners(): readonly Listener[] {
    const all = this.#listeners.all();
    if (this.#distinct?.of !== all) {
      const byName = new Map(all.toReversed().map((listener) => [listener.name, listener]));
      const listeners = byName.size === all.length ? all : all.filter((one) => byName.get(one.name) === one);
      this.#distinct = { of: all, listeners };
    }
    return this.#distinct.listeners;
  }

  #port(port: number, mesh: MeshConfig): SharedPort {
    const hosts = this.#hostsByPort.get(port)?.all() ?? [];
    const chains = this.#openChains.all(port);
    const hasHttp = this.#httpServices.all(port).length > 0;
    const known = this.#sharedPorts.get(port);
    const sameListener = known?.mesh === mesh && known.chains === chains && known.hasHttp === hasHttp;
    if (known !== undefined && sameListener && known.hosts === hosts) return known;
    const next = {
      hosts,
      chains,
      hasHttp,
      mesh,
      routes: hasHttp ? portRoutes(port, hosts, mesh.outboundTrafficPolicy) : undefined,
      listener:
        known !== undefined && sameListener ? known.listener : openListener(port, hasHttp, chains, mesh),
    };
    this.#sharedPorts.set(port, next);
    return next;
  }
}

/** What sidecars have for all HTTP services of one port, and all services there that have no address. */
interface SharedPort {
  readonly hosts: readonly VirtualHost[];
  readonly chains: readonly FilterChain[];
  readonly hasHttp: boolean;
  readonly mesh: MeshConfig;
  readonly routes: RouteConfiguration | undefined;
  readonly listener: Listener;
}

/** In order of host name; listeners and routes of common ports first. Routers have no routes and listeners here. */
export type Lists = ProxyConfig;

/** What a piece was, where it is what it would be now. */
function reuse<T>(old: readonly T[], next: readonly T[]): readonly T[] {
  return next.map((item, index) => {
    const before = old[index];
    return before !== undefined && isDeepStrictEqual(before, item) ? before : item;
  });
}

const reuseList = <T>(old: readonly T[], next: readonly T[]): readonly T[] =>
  old.length === next.length && next.every((item, index) => item === old[index]) ? old : next;
