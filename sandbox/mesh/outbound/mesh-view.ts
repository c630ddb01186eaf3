import { hashForDestination } from '../route/hash-policy.ts';
import { joinable, joinedService } from '../service-entry/joined-service.ts';
import { joined, type ServiceEndpoints } from '../model/service-endpoints.ts';
import { visibleTo } from '../model/virtual-services.ts';
import type { MeshService } from '../kube/service.ts';
import { virtualServiceRoutes } from '../route/virtual-service-routes.ts';
import type { Client } from '../model/destination-rules.ts';
import type { DestinationRule } from '../kube/destination-rule.ts';
import type { MeshSnapshot } from '../model.ts';
import type { Route } from '../../envoy/route.ts';
import type { VirtualService } from '../kube/virtual-service.ts';

/** The mesh as clients of one namespace (and with some labels) see it. */
export class MeshView {
  readonly client: Client;
  #snapshot: MeshSnapshot;
  #routes = new WeakMap<VirtualService, Map<string, readonly Route[]>>();

  constructor(snapshot: MeshSnapshot, client: Client) {
    this.#snapshot = snapshot;
    this.client = client;
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

  endpoints(hostname: string): ServiceEndpoints {
    const { services } = this.#snapshot;
    return joined(joinable(this.#claims(hostname)).map((claim) => services.endpoints(claim)));
  }

  #claims(hostname: string): readonly MeshService[] {
    const visible = visibleTo(this.#snapshot.services.claims(hostname), this.client.namespace);
    return visible.length < 2 ? visible : visible.toSorted(kubernetesFirst);
  }

  rule(service: MeshService): DestinationRule | undefined {
    return this.#snapshot.destinationRules.find(service, this.client);
  }

  /** Those of a gateway (or `mesh`) with exactly this host, in Istio's order. */
  virtualServices(gateway: string, host: string): readonly VirtualService[] {
    const bound = this.#snapshot.virtualServices.boundTo(gateway).get(host);
    return bound === undefined ? [] : visibleTo(bound, this.client.namespace);
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
    const ports = this.service(host)?.ports ?? [];
    return ports.length === 1 ? (ports[0]?.port ?? otherwise) : otherwise;
  }
}

const kubernetesFirst = (a: MeshService, b: MeshService): number =>
  Number(a.registry === 'External') - Number(b.registry === 'External');
