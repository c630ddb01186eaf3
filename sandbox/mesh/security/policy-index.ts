import { byAge } from '../kube/virtual-service.ts';
import { isFor, type Policy, type Workload } from './policy.ts';
import { rootNamespace } from '../model/destination-rules.ts';

/** Policies of one kind by namespace, oldest first. */
export class PolicyIndex<T extends Policy> {
  readonly #byNamespace = new Map<string, readonly T[]>();

  get size(): number {
    return this.#byNamespace.size;
  }

  set(key: string, policy: T | undefined): void {
    const namespace = key.slice(0, key.indexOf('/'));
    const others = (this.#byNamespace.get(namespace) ?? []).filter((other) => other.key !== key);
    const next = policy === undefined ? others : [...others, policy].toSorted(byAge);
    if (next.length === 0) this.#byNamespace.delete(namespace);
    else this.#byNamespace.set(namespace, next);
  }

  /** Those of the root namespace, then those of the workload's own, that are for it. */
  for(workload: Workload): readonly T[] {
    const namespaces = new Set([rootNamespace, workload.namespace]);
    return [...namespaces].flatMap((namespace) =>
      (this.#byNamespace.get(namespace) ?? []).filter((policy) => isFor(policy, workload)),
    );
  }
}
