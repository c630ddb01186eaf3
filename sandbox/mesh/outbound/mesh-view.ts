import { hashForDestination } from '../route/hash-policy.ts';
import { imports, type Sidecar } from '../sidecar/sidecar.ts';
import { isDeepStrictEqual } from 'node:util';
import { meshConfigFor } from '../proxy-mesh-config.ts';
import { joinable, joinedService } from '../service-entry/joined-service.ts';
import { joined, type ServiceEndpoints } from '../model/service-endpoints.ts';
import type { ServiceAlias } from '../model/service-aliases.ts';
import { visibleTo } from '../model/virtual-services.ts';
import type { MeshService } from '../kube/service.ts';
import { virtualServiceRoutes } from '../route/virtual-service-routes.ts';
import type { Client } from '../model/destination-rules.ts';
import type { DestinationRule } from '../kube/destination-rule.ts';
import type { MeshConfig } from '../mesh-config.ts';
import type { MeshSnapshot } from '../model.ts';
import type { ProxyNode } from '../proxy-node.ts';
import type { Route } from '../../envoy/route.ts';
import type { VirtualService } from '../kube/virtual-service.ts';

/** The mesh as clients of one namespace (and with some labels) see it. */
export class MeshView {
  readonly client: Client;
  #snapshot: MeshSnapshot;
  #routes = new WeakMap<VirtualService, Map<string, readonly Route[]>>();

  readonly #type: ProxyNode['type'];
  #sidecar: Sidecar | undefined;
  #mesh: MeshConfig;

  constructor(snapshot: MeshSnapshot, client: Client, type: ProxyNode['type'] = 'router') {
    this.#snapshot = snapshot;
    this.#type = type;
    this.client = client;
    this.#mesh = snapshot.mesh;
  }

  /** As the client's own settings have it. */
  get mesh(): MeshConfig {
    return this.#mesh;
  }

  /** Asks anew which Sidecar and Telemetry hold for the client. */
  refresh(): void {
    this.#sidecar = this.#type === 'sidecar' ? this.#snapshot.sidecars.find(this.client) : undefined;
    const mesh = meshConfigFor(this.#snapshot, this.#type, this.client, 'CLIENT');
    if (!isDeepStrictEqual(mesh, this.#mesh)) this.#mesh = mesh;
  }

  get snapshot(): MeshSnapshot {
    return this.#snapshot;
  }

  moveTo(snapshot: MeshSnapshot): void {
    this.#snapshot = snapshot;
  }

  /** What the host is here, of all that claim it. */
  service(hostname: string): MeshService | undefined {
    return joinedService(this.#claims(hostname));
  }

  /** Services of type ExternalName that are other names of the host. */
  externalNames(hostname: string): readonly ServiceAlias[] {
    return this.#snapshot.services
      .externalNames(hostname)
      .filter((alias) => this.#imports(alias.namespace, alias.hostname));
  }

  endpoints(hostname: string): ServiceEndpoints {
    const { services } = this.#snapshot;
    return joined(joinable(this.#claims(hostname)).map((claim) => services.endpoints(claim)));
  }

  /** Identities of the workloads behind the host, ready or not. */
  accounts(hostname: string): readonly string[] {
    const { services } = this.#snapshot;
    const all = joinable(this.#claims(hostname)).flatMap((claim) => services.accounts(claim));
    return [...new Set(all)].toSorted();
  }

  #claims(hostname: string): readonly MeshService[] {
    const { namespace } = this.client;
    const visible = visibleTo(this.#snapshot.services.claims(hostname), namespace).filter((claim) =>
      this.#imports(claim.namespace, hostname),
    );
    return visible.length < 2 ? visible : visible.toSorted(kubernetesFirst);
  }

  rule(service: MeshService): DestinationRule | undefined {
    return this.#snapshot.destinationRules.find(service, this.client);
  }

  /** Those of a gateway (or `mesh`) with exactly this host, in Istio's order. */
  virtualServices(gateway: string, host: string): readonly VirtualService[] {
    const bound = this.#snapshot.virtualServices.boundTo(gateway).get(host);
    if (bound === undefined) return [];
    const visible = visibleTo(bound, this.client.namespace);
    return gateway === 'mesh' ? visible.filter((one) => this.#importsRules(one)) : visible;
  }

  /** Its Sidecar names the host, or a VirtualService it names sends there. */
  #imports(owner: string, host: string): boolean {
    const { namespace } = this.client;
    if (this.#sidecar === undefined || imports(this.#sidecar, namespace, owner, host)) return true;
    const senders = this.#snapshot.virtualServices
      .sendingTo(host)
      .filter(({ gateways }) => gateways.includes('mesh'));
    return visibleTo(senders, namespace).some((sender) => this.#importsRules(sender));
  }

  #importsRules({ namespace: owner, hosts }: VirtualService): boolean {
    const sidecar = this.#sidecar;
    if (sidecar === undefined) return true;
    return hosts.some((host) => imports(sidecar, this.client.namespace, owner, host));
  }

  /** A VirtualService's routes at a port, the same list for all its hosts. */
  routes(virtualService: VirtualService, gateway: string, listenPort: number): readonly Route[] {
    const key = `${gateway}:${listenPort}`;
    const known = this.#routes.get(virtualService) ?? new Map<string, readonly Route[]>();
    this.#routes.set(virtualService, known);
    const made =
      known.get(key) ??
      virtualServiceRoutes(virtualService, {
        listenPort,
        gateway,
        proxyLabels: this.client.labels,
        proxyNamespace: this.client.namespace,
        // A sidecar looks a destination up among the services of the port it serves, so no other port can come out.
        hostOf: (host) => {
          const alias = this.snapshot.services.externalName(host);
          const isKnown = gateway !== 'mesh' || alias?.ports.includes(listenPort) === true;
          return alias !== undefined && isKnown ? alias.target : host;
        },
        portOf: (host) => (gateway === 'mesh' ? listenPort : this.#onlyPort(host, listenPort)),
        hashOf: (destination) => {
          const service = this.service(destination.host);
          return service && hashForDestination(this.rule(service), destination);
        },
      });
    known.set(key, made);
    return made;
  }

  #onlyPort(host: string, otherwise: number): number {
    const alias = this.snapshot.services.externalName(host);
    const ports = alias?.ports ?? this.service(host)?.ports.map(({ port }) => port) ?? [];
    return ports.length === 1 ? (ports[0] ?? otherwise) : otherwise;
  }
}

const kubernetesFirst = (a: MeshService, b: MeshService): number =>
  Number(a.registry === 'External') - Number(b.registry === 'External');
