import { delegateKeys, withDelegates } from './delegation.ts';
import { byAge, destinationsOf, type AgedObject, type VirtualService } from '../kube/virtual-service.ts';
import { entryOf, removeFrom } from './multi-map.ts';

/** VirtualServices by gateway and host, and by where they send to. */
export class VirtualServiceIndex {
  readonly #written = new Map<string, VirtualService>();
  /** With the rules of their delegates. */
  readonly #effective = new Map<string, VirtualService>();
  readonly #byGateway = new Map<string, Map<string, VirtualService[]>>();
  readonly #byDestination = new Map<string, Set<string>>();
  readonly #rootsOf = new Map<string, Set<string>>();

  /** Hosts (wildcards too) of what is bound to `mesh` or a Gateway (`namespace/name`), each with its oldest first. */
  boundTo(gateway: string): ReadonlyMap<string, readonly VirtualService[]> {
    return this.#byGateway.get(gateway) ?? new Map<string, VirtualService[]>();
  }

  /** Returns what held before and what holds now: the object, and those that delegate to it. */
  set(key: string, virtualService: VirtualService | undefined): VirtualService[] {
    const old = this.#written.get(key);
    for (const delegate of old === undefined ? [] : delegateKeys(old))
      removeFrom(this.#rootsOf, delegate, key);
    if (virtualService === undefined) this.#written.delete(key);
    else this.#written.set(key, virtualService);
    for (const delegate of virtualService === undefined ? [] : delegateKeys(virtualService)) {
      entryOf(this.#rootsOf, delegate, () => new Set<string>()).add(key);
    }
    return [key, ...(this.#rootsOf.get(key) ?? [])].flatMap((affected) => this.#refresh(affected));
  }

  sendingTo(host: string): VirtualService[] {
    return [...(this.#byDestination.get(host) ?? [])].flatMap((key) => this.#effective.get(key) ?? []);
  }

  /** Gives those that send to `host` a new identity: their routes are out of date. */
  touch(host: string): VirtualService[] {
    return [...(this.#byDestination.get(host) ?? [])].flatMap((key) => this.#refresh(key));
  }

  #refresh(key: string): VirtualService[] {
    const old = this.#effective.get(key);
    if (old !== undefined) this.#remove(old);
    const written = this.#written.get(key);
    if (written === undefined || written.hosts.length === 0) return old === undefined ? [] : [old];
    const next = { ...withDelegates(written, (delegate) => this.#written.get(delegate)) };
    this.#add(next);
    return old === undefined ? [next] : [old, next];
  }

  #add(virtualService: VirtualService): void {
    this.#effective.set(virtualService.key, virtualService);
    for (const host of destinationsOf(virtualService)) {
      entryOf(this.#byDestination, host, () => new Set<string>()).add(virtualService.key);
    }
    for (const gateway of new Set(virtualService.gateways)) {
      const hosts = entryOf(this.#byGateway, gateway, () => new Map<string, VirtualService[]>());
      for (const host of new Set(virtualService.hosts)) {
        hosts.set(host, [...(hosts.get(host) ?? []), virtualService].toSorted(byAge));
      }
    }
  }

  #remove(virtualService: VirtualService): void {
    this.#effective.delete(virtualService.key);
    for (const host of destinationsOf(virtualService))
      removeFrom(this.#byDestination, host, virtualService.key);
    for (const gateway of new Set(virtualService.gateways)) {
      const hosts = this.#byGateway.get(gateway);
      for (const host of new Set(virtualService.hosts)) {
        const others = (hosts?.get(host) ?? []).filter((other) => other !== virtualService);
        if (others.length > 0) hosts?.set(host, others);
        else hosts?.delete(host);
      }
      if (hosts?.size === 0) this.#byGateway.delete(gateway);
    }
  }
}

/**
 * Those that `namespace` may see, in Istio's order: private ones, ones exported to this namespace by name, public
 * ones; each oldest first.
 */
export function visibleTo<T extends Exported>(exported: readonly T[], namespace: string): T[] {
  const ranked = exported.map((object) => ({ object, rank: rankFor(object, namespace) }));
  return ranked
    .filter(({ rank }) => rank !== undefined)
    .toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0) || byAge(a.object, b.object))
    .map(({ object }) => object);
}

interface Exported extends AgedObject {
  readonly exportTo: readonly string[];
}

function rankFor({ exportTo, namespace: own }: Exported, namespace: string): number | undefined {
  if (exportTo.length === 0 || exportTo.includes('*')) return 2;
  if (exportTo.includes('~')) return undefined;
  if (own === namespace && (exportTo.includes('.') || exportTo.includes(own))) return 0;
  return exportTo.includes(namespace) ? 1 : undefined;
}
