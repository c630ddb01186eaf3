// Services of type ExternalName: since Istio 1.22 they are other names of the service they point to, and nothing more
// (pilot/pkg/model/push_context.go resolveServiceAliases). A target that is no service of the mesh makes them nothing.

import { isDeepStrictEqual } from 'node:util';
import { domainSuffix } from '../host.ts';
import { entryOf } from './multi-map.ts';
import type { Service } from '../../kube/resources.ts';

export interface ServiceAlias {
  readonly hostname: string;
  readonly name: string;
  readonly namespace: string;
  /** A host name, which may be another alias's. */
  readonly target: string;
  readonly ports: readonly number[];
}

/** Undefined for a Service of another type. */
export function serviceAliasOf({ metadata, spec }: Service): ServiceAlias | undefined {
  if (spec?.type !== 'ExternalName') return undefined;
  const { name, namespace = '' } = metadata;
  return {
    hostname: `${name}.${namespace}.${domainSuffix}`,
    name,
    namespace,
    target: (spec.externalName ?? '').toLowerCase().replace(/\.$/u, ''),
    ports: (spec.ports ?? []).map(({ port }) => port),
  };
}

/** What an alias is called in every namespace. */
export const namesOfAlias = ({ hostname, name, namespace }: ServiceAlias): readonly string[] => [
  hostname,
  `${name}.${namespace}`,
  `${name}.${namespace}.svc`,
];

export class ServiceAliases {
  readonly #byHostname = new Map<string, ServiceAlias>();
  #ofTarget = new Map<string, ServiceAlias[]>();
  #targetsByName = new Map<string, Set<string>>();

  /** Answers whether anything changed. */
  set(hostname: string, alias: ServiceAlias | undefined): boolean {
    if (isDeepStrictEqual(this.#byHostname.get(hostname), alias)) return false;
    if (alias === undefined) this.#byHostname.delete(hostname);
    else this.#byHostname.set(hostname, alias);
    this.#ofTarget = new Map();
    this.#targetsByName = new Map();
    for (const one of [...this.#byHostname.values()].toSorted(byNamespace)) {
      const target = this.#resolved(one);
      if (target === undefined) continue;
      entryOf(this.#ofTarget, target, (): ServiceAlias[] => []).push(one);
      for (const name of namesOfAlias(one))
        entryOf(this.#targetsByName, name, () => new Set<string>()).add(target);
    }
    return true;
  }

  find(hostname: string): ServiceAlias | undefined {
    return this.#byHostname.get(hostname);
  }

  /** All that lead to this host, over other aliases too. */
  of(hostname: string): readonly ServiceAlias[] {
    return this.#ofTarget.get(hostname) ?? [];
  }

  /** The hosts that aliases called `name` lead to. */
  targets(name: string): Iterable<string> {
    return this.#targetsByName.get(name) ?? [];
  }

  /** Undefined for a circle. */
  #resolved(alias: ServiceAlias): string | undefined {
    const seen = new Set([alias.hostname]);
    let { target } = alias;
    for (;;) {
      const next = this.#byHostname.get(target);
      if (next === undefined) return target;
      if (seen.has(target)) return undefined;
      seen.add(target);
      ({ target } = next);
    }
  }
}

const byNamespace = (a: ServiceAlias, b: ServiceAlias): number =>
  a.namespace === b.namespace ? (a.hostname < b.hostname ? -1 : 1) : a.namespace < b.namespace ? -1 : 1;
