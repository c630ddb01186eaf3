import { entryOf, removeFrom } from './multi-map.ts';
import { hasLabels } from '../kube/workload.ts';
import type { WorkloadAddress } from '../service-entry/workload-entry.ts';

/** A ready pod, or a WorkloadEntry: what selectors choose from. */
export interface Member extends WorkloadAddress {
  readonly namespace: string;
  readonly kind: 'Pod' | 'WorkloadEntry';
}

/** Members by their labels. */
export class Members {
  readonly #members = new Map<string, Member>();
  readonly #byLabel = new Map<string, Set<string>>();

  get(key: string): Member | undefined {
    return this.#members.get(key);
  }

  set(key: string, member: Member | undefined): void {
    const old = this.#members.get(key);
    for (const label of old === undefined ? [] : labelsOf(old)) removeFrom(this.#byLabel, label, key);
    if (member === undefined) {
      this.#members.delete(key);
      return;
    }
    this.#members.set(key, member);
    for (const label of labelsOf(member)) entryOf(this.#byLabel, label, () => new Set<string>()).add(key);
  }

  /** In order of their keys. An empty selector selects nothing. */
  selectedBy(namespace: string, selector: Readonly<Record<string, string>>): Member[] {
    const [first] = Object.entries(selector);
    if (first === undefined) return [];
    const keys = [...(this.#byLabel.get(labelKey(namespace, ...first)) ?? [])].toSorted();
    return keys
      .flatMap((key) => this.#members.get(key) ?? [])
      .filter(({ labels }) => hasLabels(labels, selector));
  }
}

const labelsOf = ({ namespace, labels }: Member): string[] =>
  Object.entries(labels).map(([name, value]) => labelKey(namespace, name, value));

const labelKey = (namespace: string, name: string, value: string): string => `${namespace}/${name}=${value}`;
