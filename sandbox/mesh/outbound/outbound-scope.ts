import { isDeepStrictEqual } from 'node:util';
import { entryOf } from '../model/multi-map.ts';
import { httpListener, serviceListeners } from './outbound-listeners.ts';
import { isHttp } from '../protocol.ts';
import { KeyedPieces } from '../model/keyed-pieces.ts';
import { loadAssignments } from '../cluster/load-assignments.ts';
import { MeshView } from './mesh-view.ts';
import { outboundClusters } from '../cluster/outbound-clusters.ts';
import { portRoutes, sniffedRoutes } from './route-configurations.ts';
import { virtualHosts } from './virtual-hosts.ts';
import { withoutDisabled } from '../security/plain-endpoints.ts';
import type { Client } from '../model/destination-rules.ts';
import type { Cluster, ClusterLoadAssignment, Listener, ProxyConfig } from '../../envoy/config.ts';
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
  /** Services that declare HTTP, by port: those ports have a common listener. */
  readonly #httpServices = new Map<number, Set<string>>();
  readonly #httpPortsOfHost = new Map<string, readonly number[]>();
  readonly #sharedPorts = new Map<number, SharedPort>();
  #lists: Lists = { listeners: [], routes: [], clusters: [], endpoints: [] };
  #revision = -1;

  constructor(type: ProxyNode['type'], snapshot: MeshSnapshot, client: Client) {
    this.#type = type;
    this.#view = new MeshView(snapshot, client);
  }

  get #sidecar(): boolean {
    return this.#type === 'sidecar';
  }

  /** Brings everything up to the snapshot. A list without a new piece stays the same object. */
  lists(snapshot: MeshSnapshot): Lists {
    if (this.#revision === snapshot.revision) return this.#lists;
    this.#view.moveTo(snapshot);
    const { hosts, endpoints, mutualTls, everything } = snapshot.changes.since(this.#revision);
    const outdated = everything ? this.#allHosts(snapshot) : hosts;
    for (const host of outdated) this.#makeHost(host);
    for (const host of mutualTls ? this.#allHosts(snapshot) : endpoints)
      if (!outdated.has(host)) this.#makeEndpoints(host);
    this.#revision = snapshot.revision;
    const next = this.#assemble(snapshot.mesh);
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
    return new Set([...services.all.keys(), ...bound, ...this.#portsOfHost.keys()]);
  }

  #makeHost(host: string): void {
    this.#makeEndpoints(host);
    if (this.#sidecar) this.#makeVirtualHosts(host);
  }

  /** Clusters too: those of headless services depend on the endpoints. */
  #makeEndpoints(host: string): void {
    const service = this.#view.service(host);
    const rule = service && this.#view.rule(service);
    const { services, security } = this.#view.snapshot;
    const endpoints = withoutDisabled(services.endpoints(host), security);
    const clusters = service === undefined ? [] : outboundClusters(service, rule, endpoints, this.#type);
    this.#clusters.set(host, reuse(this.#clusters.get(host), clusters));
    const asked = new Set(clusters.filter(({ type }) => type === 'EDS').map(({ name }) => name));
    const assignments = service === undefined ? [] : loadAssignments(service, rule, endpoints);
    const answered = assignments.filter(({ cluster_name: name }) => asked.has(name));
    this.#endpoints.set(host, reuse(this.#endpoints.get(host), answered));
    if (!this.#sidecar) return;
    const { mesh } = this.#view.snapshot;
    const listeners = service === undefined ? [] : serviceListeners(service, endpoints, mesh);
    this.#listeners.set(host, reuse(this.#listeners.get(host), listeners));
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
    this.#countHttpPorts(
      host,
      (service?.ports ?? []).filter(({ protocol }) => isHttp(protocol)).map(({ port }) => port),
    );
  }

  #countHttpPorts(host: string, ports: readonly number[]): void {
    for (const port of this.#httpPortsOfHost.get(host) ?? []) {
      const services = this.#httpServices.get(port);
      services?.delete(host);
      if (services?.size === 0) this.#httpServices.delete(port);
    }
    for (const port of ports) entryOf(this.#httpServices, port, () => new Set<string>()).add(host);
    if (ports.length > 0) this.#httpPortsOfHost.set(host, ports);
    else this.#httpPortsOfHost.delete(host);
  }

  #assemble(mesh: MeshConfig): Lists {
    const clusters = this.#clusters.all();
    const endpoints = this.#endpoints.all();
    if (!this.#sidecar) return { clusters, endpoints, routes: [], listeners: [] };
    const shared = [...this.#httpServices.keys()]
      .toSorted((a, b) => a - b)
      .map((port) => this.#port(port, mesh));
    return {
      clusters,
      endpoints,
      routes: [...shared.map(({ routes }) => routes), ...this.#sniffed.all()],
      listeners: [...shared.map(({ listener }) => listener), ...this.#listeners.all()],
    };
  }

  #port(port: number, mesh: MeshConfig): SharedPort {
    const hosts = this.#hostsByPort.get(port)?.all() ?? [];
    const known = this.#sharedPorts.get(port);
    if (known?.hosts === hosts && known.mesh === mesh) return known;
    const sameMesh = known?.mesh === mesh;
    const next = {
      hosts,
      mesh,
      routes: portRoutes(port, hosts, mesh.outboundTrafficPolicy),
      listener: known !== undefined && sameMesh ? known.listener : httpListener(port, mesh),
    };
    this.#sharedPorts.set(port, next);
    return next;
  }
}

/** What sidecars have for all HTTP services of one port. */
interface SharedPort {
  readonly hosts: readonly VirtualHost[];
  readonly mesh: MeshConfig;
  readonly routes: RouteConfiguration;
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
