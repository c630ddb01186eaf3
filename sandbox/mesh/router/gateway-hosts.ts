import { isDeepStrictEqual } from 'node:util';
import { bySpecificity } from '../host.ts';
import { entryOf } from '../model/multi-map.ts';
import { KeyedPieces } from '../model/keyed-pieces.ts';
import type { GatewayHost } from './gateway-host.ts';
import type { Route, VirtualHost } from '../../envoy/route.ts';

/**
 * The virtual hosts of a gateway's port. Hosts with the same routes become one, named for the most specific: Istio
 * does it to save bytes. What a change leaves as it was stays the same object.
 */
export class GatewayHosts {
  readonly #hosts = new Map<string, GatewayHost>();
  readonly #groups = new Map<string, Map<string, GatewayHost>>();
  /** What each group is called at present. */
  readonly #names = new Map<string, string>();
  readonly #made = new KeyedPieces<VirtualHost>();
  readonly #ids = new WeakMap<readonly Route[], number>();
  #lastId = 0;

  /** By name. */
  all(): readonly VirtualHost[] {
    return this.#made.all();
  }

  set(name: string, host: GatewayHost | undefined): void {
    const old = this.#hosts.get(name);
    if (old === host || isDeepStrictEqual(old, host)) return;
    if (old !== undefined) {
      this.#hosts.delete(name);
      this.#changeGroup(this.#groupOf(old), (members) => members.delete(name));
    }
    if (host !== undefined) {
      this.#hosts.set(name, host);
      this.#changeGroup(this.#groupOf(host), (members) => members.set(name, host));
    }
  }

  #groupOf({ sources, host }: GatewayHost): string {
    const ids = sources.map((routes) => {
      const id = this.#ids.get(routes) ?? (this.#lastId += 1);
      this.#ids.set(routes, id);
      return id;
    });
    return `${ids.join()} ${host.require_tls ?? ''}`;
  }

  #changeGroup(group: string, change: (members: Map<string, GatewayHost>) => void): void {
    const members = entryOf(this.#groups, group, () => new Map<string, GatewayHost>());
    change(members);
    const name = this.#names.get(group);
    if (name !== undefined) this.#made.set(name, []);
    const domains = [...members.keys()].toSorted(bySpecificity);
    const first = members.get(domains[0] ?? '');
    if (first === undefined) {
      this.#groups.delete(group);
      this.#names.delete(group);
      return;
    }
    this.#names.set(group, first.host.name);
    this.#made.set(first.host.name, [domains.length === 1 ? first.host : { ...first.host, domains }]);
  }
}
