// Which configuration a proxy was sent, and which it has taken: what istiod's syncz shows of it.

import type { ProxyConfig } from '../envoy/config.ts';

type Part = 'clusters' | 'listeners' | 'routes' | 'endpoints';

const typeUrls: Readonly<Record<Part, string>> = {
  clusters: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  listeners: 'type.googleapis.com/envoy.config.listener.v3.Listener',
  routes: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
  endpoints: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
};

const parts = Object.keys(typeUrls) as readonly Part[];

/** Resources of one type, as they stand between istiod and one proxy. */
export interface TypeSync {
  readonly typeUrl: string;
  /** Nonces. Where they differ, the proxy has refused what came last. */
  readonly sent: string;
  /** `''` when it has taken none yet. */
  readonly acked: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  /** Why the proxy refused what came last; `''`: it did not. */
  readonly error: string;
}

/** A part that did not change is not sent again. */
export class ProxySync {
  #types = new Map<Part, TypeSync>();
  #last: ProxyConfig | undefined;
  #count = 0;

  /** Routes and endpoints are asked for by name: a proxy whose listeners and clusters name none does not ask. */
  get types(): readonly TypeSync[] {
    const unasked = (part: Part): boolean =>
      (part === 'routes' || part === 'endpoints') && this.#last?.[part].length === 0;
    return parts.flatMap((part) => (unasked(part) ? [] : (this.#types.get(part) ?? [])));
  }

  sent(config: ProxyConfig, revision: number, now: number): void {
    for (const part of parts) {
      if (this.#last?.[part] === config[part]) continue;
      this.#count += 1;
      const acked = this.#types.get(part)?.acked ?? '';
      const typeUrl = typeUrls[part];
      this.#types.set(part, { typeUrl, sent: `${revision}-${this.#count}`, acked, sentAt: now, error: '' });
    }
    this.#last = config;
  }

  /** A proxy takes a configuration as a whole, or refuses it. */
  taken(): void {
    for (const [part, type] of this.#types) this.#types.set(part, { ...type, acked: type.sent, error: '' });
  }

  refused(why: string): void {
    for (const [part, type] of this.#types) {
      if (type.acked !== type.sent) this.#types.set(part, { ...type, error: why });
    }
  }
}
