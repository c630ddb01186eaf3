// The types being served: those built in, and one for every CustomResourceDefinition.

import type { ResourceName } from '../../kube/object.ts';
import type { ResourceType, TypeVersion } from '../../schema/type.ts';

/** What the store files objects under, and how errors name a resource: `pods`, `deployments.apps`. */
export const qualified = ({ group, resource }: ResourceName): string =>
  group === '' ? resource : `${resource}.${group}`;

export const apiVersionOf = (group: string, version: string): string =>
  group === '' ? version : `${group}/${version}`;

export class TypeTable {
  readonly #types = new Map<string, ResourceType>();
  readonly #custom = new Set<ResourceType>();
  /** Grows with every change, so that what is computed from the types can be kept until then. */
  generation = 0;

  constructor(builtin: readonly ResourceType[]) {
    for (const type of builtin) this.#types.set(qualified(type), type);
  }

  get(name: ResourceName): ResourceType | undefined {
    return this.#types.get(qualified(name));
  }

  /** Those built in, then the others by their groups' names: of two kinds with one name clients take the first. */
  all(): readonly ResourceType[] {
    const all = [...this.#types.values()];
    const custom = all.filter((type) => this.#custom.has(type));
    return [
      ...all.filter((type) => !this.#custom.has(type)),
      ...custom.toSorted((a, b) => (a.group < b.group ? -1 : Number(a.group > b.group))),
    ];
  }

  /** Whether the type comes from a CustomResourceDefinition. */
  isCustom(type: ResourceType): boolean {
    return this.#custom.has(type);
  }

  addCustom(type: ResourceType): void {
    this.removeCustom(type);
    this.#types.set(qualified(type), type);
    this.#custom.add(type);
    this.generation += 1;
  }

  removeCustom(name: ResourceName): void {
    const type = this.get(name);
    if (type === undefined || !this.#custom.delete(type)) return;
    this.#types.delete(qualified(name));
    this.generation += 1;
  }
}

/** The named version, or the one objects are stored in. */
export function versionOf(type: ResourceType, version = type.storageVersion): TypeVersion {
  const found = type.versions.find((each) => each.version === version) ?? type.versions[0];
  if (found === undefined) throw new Error(`${qualified(type)} has no versions`);
  return found;
}
