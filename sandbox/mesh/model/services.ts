import { isDeepStrictEqual } from 'node:util';
import { entryOf, removeFrom } from './multi-map.ts';
import { hasLabels, type Labels, type Workload } from '../kube/workload.ts';
import { byAge } from '../kube/virtual-service.ts';
import { Members, type Member } from './members.ts';
import { joined, listedEndpoints, slicedEndpoints, type ServiceEndpoints } from './service-endpoints.ts';
import { namesOfAlias, ServiceAliases, type ServiceAlias } from './service-aliases.ts';
import { podsOf, Slices } from './slices.ts';
import type { EndpointSlice } from '../../kube/resources.ts';
import type { MeshService } from '../kube/service.ts';
import { domainSuffix } from '../host.ts';

/** Services by host name, by what they select and by their other names; their endpoints. */
export class ServiceIndex {
  /** All that claim a host name: Kubernetes' own first, then the oldest. */
  readonly #claims = new Map<string, readonly MeshService[]>();
  readonly #byKey = new Map<string, MeshService>();
  /** Keys, under one label of their selector each: `namespace/name=value`. */
  readonly #bySelector = new Map<string, Set<string>>();
  readonly #byAlias = new Map<string, Set<string>>();
  readonly #external = new ServiceAliases();
  readonly #slices = new Slices();
  readonly #workloads = new Map<string, Workload>();
  readonly #members = new Members();
  readonly #endpoints = new Map<string, ServiceEndpoints>();

  get hostnames(): IterableIterator<string> {
    return this.#claims.keys();
  }

  claims(hostname: string): readonly MeshService[] {
    return this.#claims.get(hostname) ?? [];
  }

  /** Host names of the services that answer to a domain other than their own: `name.namespace`, an address. */
  byAlias(domain: string): readonly string[] {
    return [...new Set([...(this.#byAlias.get(domain) ?? []), ...this.#external.targets(domain)])].toSorted();
  }

  aliases(hostname: string): readonly string[] {
    const external = this.#external.of(hostname).flatMap(namesOfAlias);
    return [...new Set([...this.claims(hostname).flatMap(aliasesOf), ...external])];
  }

  /** Services of type ExternalName that lead to this host. */
  externalNames(hostname: string): readonly ServiceAlias[] {
    return this.#external.of(hostname);
  }

  /** The service of type ExternalName with this host name. */
  externalName(hostname: string): ServiceAlias | undefined {
    return this.#external.find(hostname);
  }

  /** Takes what a service of type ExternalName is now, or undefined for its end. Answers whether anything changed. */
  setExternalName(hostname: string, alias: ServiceAlias | undefined): boolean {
    return this.#external.set(hostname, alias);
  }

  /** Oldest first. */
  selecting(namespace: string, labels: Labels): MeshService[] {
    const candidates = Object.entries(labels).flatMap(([name, value]) =>
      Array.from(this.#bySelector.get(`${namespace}/${name}=${value}`) ?? []),
    );
    return candidates
      .flatMap((key) => this.#byKey.get(key) ?? [])
      .filter(({ selector }) => hasLabels(labels, selector ?? {}))
      .toSorted((a, b) => byAge(a, b) || (a.key < b.key ? -1 : 1));
  }

  /** What EndpointSlices name, in order of the slices' names; then what the service lists and selects itself. */
  endpoints(service: MeshService): ServiceEndpoints {
    return entryOf(this.#endpoints, service.key, () => {
      const { registry, namespace, selector = {}, listed } = service;
      const selected = this.#members.selectedBy(namespace, selector);
      if (registry === 'External') return listedEndpoints(service, [...listed, ...selected]);
      const sliced = slicedEndpoints(this.#slices.of(service.hostname), (owner, pod) =>
        this.#workloads.get(`${owner}/${pod}`),
      );
      const entries = selected.filter(({ kind }) => kind === 'WorkloadEntry');
      return entries.length === 0 ? sliced : joined([sliced, listedEndpoints(service, entries)]);
    });
  }

  /** Identities of the workloads behind it, ready or not, and those that its object names. */
  accounts(service: MeshService): readonly string[] {
    const { registry, hostname, namespace, selector = {}, listed, accounts } = service;
    const sliced = [...this.#slices.of(hostname)].flatMap((slice) =>
      podsOf(slice).map((pod) => this.#workloads.get(pod)?.account ?? ''),
    );
    const selected = this.#members
      .selectedBy(namespace, selector)
      .filter(({ kind }) => registry === 'External' || kind === 'WorkloadEntry');
    const members = [...listed, ...selected];
    return [...accounts, ...sliced, ...members.map(({ account }) => account)].filter((one) => one !== '');
  }

  /** Takes what a Service or one host of a ServiceEntry is now, or undefined for its end. */
  set(key: string, service: MeshService | undefined): void {
    const old = this.#byKey.get(key);
    if (old !== undefined) this.#drop(old);
    if (service === undefined) return;
    this.#byKey.set(key, service);
    const label = selectorLabel(service);
    if (label !== undefined) entryOf(this.#bySelector, label, () => new Set<string>()).add(key);
    for (const alias of aliasesOf(service))
      entryOf(this.#byAlias, alias, () => new Set<string>()).add(service.hostname);
    this.#claims.set(service.hostname, [...this.claims(service.hostname), service].toSorted(byPreference));
  }

  #drop(old: MeshService): void {
    this.#byKey.delete(old.key);
    this.#endpoints.delete(old.key);
    const label = selectorLabel(old);
    if (label !== undefined) removeFrom(this.#bySelector, label, old.key);
    const left = this.claims(old.hostname).filter((claim) => claim !== old);
    if (left.length > 0) this.#claims.set(old.hostname, left);
    else this.#claims.delete(old.hostname);
    const names = new Set(left.flatMap(aliasesOf));
    for (const alias of aliasesOf(old)) if (!names.has(alias)) removeFrom(this.#byAlias, alias, old.hostname);
  }

  /** Returns the host names of the services whose endpoints changed: the slice may have been another's. */
  setSlice(slice: EndpointSlice, present: boolean): readonly string[] {
    const changed = this.#slices.set(slice, present);
    for (const hostname of changed) this.#forgetEndpoints(hostname);
    return changed;
  }

  /** Returns the host names of the services whose endpoints changed. */
  setWorkload(key: string, workload: Workload | undefined): readonly string[] {
    const old = this.#workloads.get(key);
    if (isDeepStrictEqual(old, workload)) return [];
    if (workload === undefined) this.#workloads.delete(key);
    else this.#workloads.set(key, workload);
    const sliced = sameBehind(old, workload) ? [] : this.#slices.naming(key);
    for (const hostname of sliced) this.#forgetEndpoints(hostname);
    return [...new Set([...sliced, ...this.setMember(`Pod/${key}`, memberOf(workload))])];
  }

  /** Returns the host names of the services whose endpoints changed. */
  setMember(key: string, member: Member | undefined): readonly string[] {
    const old = this.#members.get(key);
    if (isDeepStrictEqual(old, member)) return [];
    this.#members.set(key, member);
    const changed = [old, member].flatMap((each) =>
      each === undefined
        ? []
        : this.selecting(each.namespace, each.labels).filter(
            ({ registry }) => registry === 'External' || each.kind === 'WorkloadEntry',
          ),
    );
    for (const service of changed) this.#endpoints.delete(service.key);
    return changed.map(({ hostname }) => hostname);
  }

  #forgetEndpoints(hostname: string): void {
    for (const { key } of this.claims(hostname)) this.#endpoints.delete(key);
  }
}

/** Whether it makes no difference to the endpoints that slices name. */
function sameBehind(a: Workload | undefined, b: Workload | undefined): boolean {
  return (
    a?.identity === b?.identity &&
    a?.account === b?.account &&
    a?.mtls === b?.mtls &&
    isDeepStrictEqual(a?.labels, b?.labels)
  );
}

function memberOf(workload: Workload | undefined): Member | undefined {
  if (workload === undefined || workload.readyAddress === '') return undefined;
  const { readyAddress: address, ports: _, ...rest } = workload;
  return { kind: 'Pod', ...rest, address, ports: {}, weight: 1 };
}

const byPreference = (a: MeshService, b: MeshService): number =>
  Number(a.registry === 'External') - Number(b.registry === 'External') ||
  byAge(a, b) ||
  (a.key < b.key ? -1 : 1);

function selectorLabel({ namespace, selector }: MeshService): string | undefined {
  const [first] = Object.entries(selector ?? {});
  return first && `${namespace}/${first[0]}=${first[1]}`;
}

function aliasesOf({ local, addresses, headless }: MeshService): string[] {
  if (local === undefined) return [...addresses];
  const short = `${local.name}.${local.namespace}`;
  const names = [short, `${short}.svc`];
  const wildcards = [...names, `${short}.${domainSuffix}`].map((alias) => `*.${alias}`);
  return [...names, ...addresses, ...(headless ? wildcards : [])];
}
