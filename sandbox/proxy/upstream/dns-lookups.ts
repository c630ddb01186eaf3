// Endpoints that are names (STRICT_DNS, LOGICAL_DNS), looked up in the cluster's DNS again and again, as Envoy does.

import type { Clock, Timer } from '../../clock/clock.ts';
import type { Cluster, ClusterLoadAssignment, LbEndpoint } from '../../envoy/config.ts';
import { milliseconds } from '../values.ts';
import type { Resolve } from './connector.ts';

export interface DnsSettings {
  readonly clock: Clock;
  readonly resolve: Resolve;
}

/** How long CoreDNS lets its records live on kind and kubeadm clusters (Corefile `kubernetes … { ttl 30 }`). */
const recordMs = 30_000;

/** Looks names up from `start` until `close`. */
export class DnsLookups {
  readonly #config: Cluster;
  readonly #settings: DnsSettings;
  readonly #found: (assignment: ClusterLoadAssignment) => void;
  readonly #refreshMs: number;
  #timer: Timer | undefined;
  #closed = false;

  /** @throws ConfigError */
  constructor(
    config: Cluster,
    field: string,
    settings: DnsSettings,
    found: (assignment: ClusterLoadAssignment) => void,
  ) {
    this.#config = config;
    this.#settings = settings;
    this.#found = found;
    this.#refreshMs = milliseconds(config.dns_refresh_rate ?? '5s', `${field}.dns_refresh_rate`);
  }

  start(): void {
    void this.#lookUp();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.clear();
  }

  async #lookUp(): Promise<void> {
    const localities = this.#config.load_assignment?.endpoints ?? [];
    const all = await Promise.all(
      localities.flatMap(({ lb_endpoints: endpoints }) =>
        endpoints.map((endpoint) => this.#resolved(endpoint)),
      ),
    );
    if (this.#closed) return;
    const endpoints = all.flat();
    // A name that is gone takes its hosts along; LOGICAL_DNS keeps the host it had.
    if (endpoints.length > 0 || this.#config.type === 'STRICT_DNS') {
      this.#found({ cluster_name: this.#config.name, endpoints: [{ lb_endpoints: endpoints }] });
    }
    const isRecord = this.#config.respect_dns_ttl === true && endpoints.length > 0;
    this.#timer = this.#settings.clock.after(
      isRecord ? recordMs : this.#refreshMs,
      () => void this.#lookUp(),
    );
  }

  /** One endpoint per address; of LOGICAL_DNS the first address only. No such name: none. */
  async #resolved(endpoint: LbEndpoint): Promise<LbEndpoint[]> {
    const { address: name, port_value: port } = endpoint.endpoint.address.socket_address;
    const addresses = await this.#settings.resolve(name).catch((): readonly string[] => []);
    const used = this.#config.type === 'LOGICAL_DNS' ? addresses.slice(0, 1) : addresses;
    return used.map((address) => ({
      ...endpoint,
      endpoint: { address: { socket_address: { address, port_value: port } } },
    }));
  }
}
