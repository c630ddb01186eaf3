import { isDeepStrictEqual } from 'node:util';
import { entryOf, removeFrom } from './multi-map.ts';
import { hasLabels, type Labels, type Workload } from '../kube/workload.ts';
import { byAge } from '../kube/virtual-service.ts';
import { serviceEndpoints, type ServiceEndpoints } from './service-endpoints.ts';
import type { EndpointSlice } from '../../kube/resources.ts';
import type { MeshService } from '../kube/service.ts';
import { domainSuffix } from '../host.ts';

/** Services by host name, by the pods they select and by their other names; their endpoints. */
export class ServiceIndex {
  readonly #services = new Map<string, MeshService>();
  /** Under one label of their selector, each: `namespace/name=value`. */
  readonly #bySelector = new Map<string, Set<string>>();
  readonly #byAlias = new Map<string, string>();
  readonly #slices = new Map<string, Map<string, EndpointSlice>>();
  readonly #serviceOfSlice = new Map<string, string>();
  readonly #workloads = new Map<string, Workload>();
  readonly #slicedPods = new Map<string, Set<string>>();
  readonly #endpoints = new Map<string, ServiceEndpoints>();

  get all(): ReadonlyMap<string, MeshService> {
    return this.#services;
  }

  /** The service that answers to a domain other than its host name: `name.namespace`, its address. */
  byAlias(domain: string): string | undefined {
    return this.#byAlias.get(domain);
  }

  aliases(hostname: string): readonly string[] {
    const service = this.#services.get(hostname);
    return service === undefined ? [] : aliasesOf(service);
  }

  /** Oldest first. */
  selecting(namespace: string, labels: Labels): MeshService[] {
    const candidates = Object.entries(labels).flatMap(([name, value]) =>
      Array.from(this.#bySelector.get(`${namespace}/${name}=${value}`) ?? []),
    );
    return candidates
      .flatMap((hostname) => this.#services.get(hostname) ?? [])
      .filter(({ selector }) => hasLabels(labels, selector ?? {}))
      .toSorted(byAge);
  }

  /** In order of the slices' names. */
  endpoints(hostname: string): ServiceEndpoints {
    return entryOf(this.#endpoints, hostname, () => {
      const slices = [...(this.#slices.get(hostname)?.values() ?? [])];
      const byName = slices.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
      return serviceEndpoints(byName, (namespace, pod) => this.#workloads.get(`${namespace}/${pod}`));
    });
  }

  /** Returns the service that held before. */
  setService(hostname: string, service: MeshService | undefined): MeshService | undefined {
    const old = this.#services.get(hostname);
    if (old !== undefined) {
      const label = selectorLabel(old);
      if (label !== undefined) removeFrom(this.#bySelector, label, hostname);
      for (const alias of aliasesOf(old)) this.#byAlias.delete(alias);
      this.#services.delete(hostname);
    }
    if (service !== undefined) {
      const label = selectorLabel(service);
      if (label !== undefined) entryOf(this.#bySelector, label, () => new Set<string>()).add(hostname);
      for (const alias of aliasesOf(service)) this.#byAlias.set(alias, hostname);
      this.#services.set(hostname, service);
    }
    return old;
  }

  /** Returns the host names of the services whose endpoints changed: the slice may have been another's. */
  setSlice(slice: EndpointSlice, present: boolean): readonly string[] {
    const { name, namespace = '', labels } = slice.metadata;
    const key = `${namespace}/${name}`;
    const service = present ? labels?.['kubernetes.io/service-name'] : undefined;
    const old = this.#serviceOfSlice.get(key);
    const next = service === undefined ? undefined : `${service}.${namespace}.${domainSuffix}`;
    if (old !== undefined) this.#dropSlice(old, name);
    if (next === undefined) this.#serviceOfSlice.delete(key);
    else {
      this.#serviceOfSlice.set(key, next);
      entryOf(this.#slices, next, () => new Map<string, EndpointSlice>()).set(name, slice);
      for (const pod of podsOf(slice)) entryOf(this.#slicedPods, pod, () => new Set<string>()).add(next);
    }
    const changed = [...new Set([old, next])].filter((hostname) => hostname !== undefined);
    for (const hostname of changed) this.#endpoints.delete(hostname);
    return changed;
  }

  #dropSlice(hostname: string, name: string): void {
    const slices = this.#slices.get(hostname);
    const dropped = slices?.get(name);
    slices?.delete(name);
    // A pod may stand in several slices of one service.
    const left = new Set([...(slices?.values() ?? [])].flatMap(podsOf));
    for (const pod of podsOf(dropped)) if (!left.has(pod)) removeFrom(this.#slicedPods, pod, hostname);
    if (slices?.size === 0) this.#slices.delete(hostname);
  }

  /** Returns the host names of the services whose endpoints changed. */
  setWorkload(key: string, workload: Workload | undefined): readonly string[] {
    if (isDeepStrictEqual(this.#workloads.get(key), workload)) return [];
    if (workload === undefined) this.#workloads.delete(key);
    else this.#workloads.set(key, workload);
    const hostnames = [...(this.#slicedPods.get(key) ?? [])];
    for (const hostname of hostnames) this.#endpoints.delete(hostname);
    return hostnames;
  }
}

const podsOf = (slice: EndpointSlice | undefined): string[] =>
  (slice?.endpoints ?? []).flatMap(({ targetRef }) =>
    targetRef?.kind === 'Pod' ? [`${slice?.metadata.namespace ?? ''}/${targetRef.name ?? ''}`] : [],
  );

function selectorLabel({ namespace, selector }: MeshService): string | undefined {
  const [first] = Object.entries(selector ?? {});
  return first && `${namespace}/${first[0]}=${first[1]}`;
}

function aliasesOf({ name, namespace, addresses, headless }: MeshService): string[] {
  const names = [`${name}.${namespace}`, `${name}.${namespace}.svc`];
  const wildcards = [...names, `${name}.${namespace}.${domainSuffix}`].map((alias) => `*.${alias}`);
  return [...names, ...addresses, ...(headless ? wildcards : [])];
}
