import { domainSuffix } from '../host.ts';
import { entryOf, removeFrom } from './multi-map.ts';
import type { EndpointSlice } from '../../kube/resources.ts';

/** EndpointSlices by the host name of their service, and by the pods they name. */
export class Slices {
  readonly #slices = new Map<string, Map<string, EndpointSlice>>();
  readonly #serviceOfSlice = new Map<string, string>();
  readonly #slicedPods = new Map<string, Set<string>>();

  /** In order of their names. */
  of(hostname: string): EndpointSlice[] {
    const slices = [...(this.#slices.get(hostname)?.values() ?? [])];
    return slices.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  /** Host names of the services that have a pod (`namespace/name`) in a slice. */
  naming(pod: string): readonly string[] {
    return [...(this.#slicedPods.get(pod) ?? [])];
  }

  /** Returns the host names of the services concerned: the slice may have been another's. */
  set(slice: EndpointSlice, present: boolean): readonly string[] {
    const { name, namespace = '', labels } = slice.metadata;
    const key = `${namespace}/${name}`;
    const service = present ? labels?.['kubernetes.io/service-name'] : undefined;
    const old = this.#serviceOfSlice.get(key);
    const next = service === undefined ? undefined : `${service}.${namespace}.${domainSuffix}`;
    if (old !== undefined) this.#drop(old, name);
    if (next === undefined) this.#serviceOfSlice.delete(key);
    else {
      this.#serviceOfSlice.set(key, next);
      entryOf(this.#slices, next, () => new Map<string, EndpointSlice>()).set(name, slice);
      for (const pod of podsOf(slice)) entryOf(this.#slicedPods, pod, () => new Set<string>()).add(next);
    }
    return [...new Set([old, next])].filter((hostname) => hostname !== undefined);
  }

  #drop(hostname: string, name: string): void {
    const slices = this.#slices.get(hostname);
    const dropped = slices?.get(name);
    slices?.delete(name);
    // A pod may stand in several slices of one service.
    const left = new Set([...(slices?.values() ?? [])].flatMap(podsOf));
    for (const pod of podsOf(dropped)) if (!left.has(pod)) removeFrom(this.#slicedPods, pod, hostname);
    if (slices?.size === 0) this.#slices.delete(hostname);
  }
}

/** `namespace/name` of the pods that a slice names. */
export const podsOf = (slice: EndpointSlice | undefined): string[] =>
  (slice?.endpoints ?? []).flatMap(({ targetRef }) =>
    targetRef?.kind === 'Pod' ? [`${slice?.metadata.namespace ?? ''}/${targetRef.name ?? ''}`] : [],
  );
