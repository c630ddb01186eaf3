// What has to be made anew: kept per revision, so that each scope catches up from where it last was.

/** Host names, and wildcards as VirtualServices write them. */
export interface Change {
  /** Outbound routes, clusters and listeners of these. */
  readonly hosts: Set<string>;
  /** Endpoints of these. */
  readonly endpoints: Set<string>;
  /** Hosts of VirtualServices, by the Gateway (`namespace/name`) they are bound to. */
  readonly gatewayHosts: Map<string, Set<string>>;
  /** Gateways, which say what gateway pods accept. */
  gateways: boolean;
  /** Services, which say what all pods accept. */
  services: boolean;
  /** Policies of these namespaces, which say what pods accept; those of the root namespace are for all. */
  readonly security: Set<string>;
  /** PeerAuthentications, which say how endpoints want to be spoken to. */
  mutualTls: boolean;
  /** Something that is in every piece. */
  everything: boolean;
}

export const noChange = (): Change => ({
  hosts: new Set(),
  endpoints: new Set(),
  gatewayHosts: new Map(),
  gateways: false,
  services: false,
  security: new Set(),
  mutualTls: false,
  everything: false,
});

const kept = 4096;

export class ChangeLog {
  readonly #log: Change[] = [];
  #first = 0;

  /** Number of changes so far. */
  get revision(): number {
    return this.#first + this.#log.length;
  }

  /** Forgets a change of nothing. */
  add(change: Change): void {
    const { hosts, endpoints, gatewayHosts, security, gateways, services, everything } = change;
    const any =
      gateways ||
      services ||
      everything ||
      [hosts, endpoints, gatewayHosts, security].some(({ size }) => size > 0);
    if (!any) return;
    this.#log.push(change);
    if (this.#log.length <= kept) return;
    this.#log.splice(0, kept / 2);
    this.#first += kept / 2;
  }

  /** All changes after `revision` as one; `everything` when they are no longer known, as before the first (-1). */
  since(revision: number): Change {
    const total = noChange();
    if (revision < this.#first) return { ...total, everything: true };
    for (const change of this.#log.slice(revision - this.#first)) {
      for (const host of change.hosts) total.hosts.add(host);
      for (const host of change.endpoints) total.endpoints.add(host);
      for (const namespace of change.security) total.security.add(namespace);
      for (const [gateway, hosts] of change.gatewayHosts) {
        total.gatewayHosts.set(gateway, new Set([...(total.gatewayHosts.get(gateway) ?? []), ...hosts]));
      }
      total.gateways ||= change.gateways;
      total.services ||= change.services;
      total.mutualTls ||= change.mutualTls;
      total.everything ||= change.everything;
    }
    return total;
  }
}
