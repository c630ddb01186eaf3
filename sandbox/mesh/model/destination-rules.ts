import { byAge } from '../kube/virtual-service.ts';
import { hasLabels, type Labels } from '../kube/workload.ts';
import { mostSpecific } from '../host.ts';
import { entryOf } from './multi-map.ts';
import type { DestinationRule } from '../kube/destination-rule.ts';

/** Namespace whose rules hold for the whole mesh. */
export const rootNamespace = 'istio-system';

export interface Client {
  readonly namespace: string;
  readonly labels: Labels;
}

type ByHost = Map<string, readonly DestinationRule[]>;

interface NamespaceRules {
  readonly written: Map<string, DestinationRule[]>;
  /** For clients of the namespace itself. */
  readonly local: ByHost;
  /** For its own namespace only. */
  readonly privateOnly: ByHost;
  readonly exported: ByHost;
}

/** DestinationRules by namespace and host, those for one host merged. */
export class DestinationRuleIndex {
  readonly #namespaces = new Map<string, NamespaceRules>();
  readonly #rules = new Map<string, DestinationRule>();

  /** Returns the rule that held before. */
  set(key: string, rule: DestinationRule | undefined): DestinationRule | undefined {
    const old = this.#rules.get(key);
    if (old !== undefined) this.#replace(old, undefined);
    if (rule === undefined) this.#rules.delete(key);
    else {
      this.#rules.set(key, rule);
      this.#replace(undefined, rule);
    }
    return old;
  }

  /**
   * The one rule for a service: of the client's namespace, else exported from the service's, else from the root
   * namespace; in each the most specific host. `outbound` rules may select their clients by labels.
   */
  find(
    service: { readonly hostname: string; readonly namespace: string },
    client: Client,
    direction: 'inbound' | 'outbound' = 'outbound',
  ): DestinationRule | undefined {
    const candidates = this.#candidates(service, client.namespace);
    const selecting = candidates.find(
      ({ namespace, workloadSelector }) =>
        direction === 'outbound' &&
        namespace === client.namespace &&
        workloadSelector !== undefined &&
        hasLabels(client.labels, workloadSelector),
    );
    return selecting ?? candidates.findLast(({ workloadSelector }) => workloadSelector === undefined);
  }

  #candidates(
    { hostname, namespace }: { readonly hostname: string; readonly namespace: string },
    clientNamespace: string,
  ): readonly DestinationRule[] {
    const own = this.#namespaces.get(clientNamespace);
    const local = clientNamespace === rootNamespace ? own?.privateOnly : own?.local;
    const found = local && mostSpecific(hostname, local);
    if (found !== undefined) return found;
    for (const owner of [namespace, rootNamespace]) {
      const exported = mostSpecific(
        hostname,
        this.#namespaces.get(owner)?.exported ?? new Map<string, readonly DestinationRule[]>(),
      );
      const visible = (exported ?? []).filter(({ exportTo }) => isExportedTo(exportTo, clientNamespace));
      if (visible.length > 0) return visible;
    }
    return [];
  }

  #replace(old: DestinationRule | undefined, next: DestinationRule | undefined): void {
    const { namespace, host } = (old ?? next) as DestinationRule;
    const rules = entryOf(this.#namespaces, namespace, () => ({
      written: new Map<string, DestinationRule[]>(),
      local: new Map<string, DestinationRule[]>(),
      privateOnly: new Map<string, DestinationRule[]>(),
      exported: new Map<string, DestinationRule[]>(),
    }));
    const others = (rules.written.get(host) ?? []).filter((other) => other !== old);
    const written = (next === undefined ? others : [...others, next]).toSorted(byAge);
    if (written.length === 0) rules.written.delete(host);
    else rules.written.set(host, written);
    store(rules.local, host, written.filter(isForOwnNamespace));
    store(rules.privateOnly, host, written.filter(isPrivate));
    store(
      rules.exported,
      host,
      written.filter((rule) => !isPrivate(rule)),
    );
  }
}

function store(rules: ByHost, host: string, members: readonly DestinationRule[]): void {
  if (members.length === 0) rules.delete(host);
  else rules.set(host, mergedRules(members));
}

/** Rules with the same `exportTo` and the same clients become one: all subsets, and the first traffic policy. */
function mergedRules(oldestFirst: readonly DestinationRule[]): readonly DestinationRule[] {
  const merged = new Map<string, DestinationRule>();
  for (const rule of oldestFirst) {
    const group = JSON.stringify([rule.exportTo.toSorted(), rule.workloadSelector ?? null]);
    const first = merged.get(group);
    if (first === undefined) {
      merged.set(group, rule);
      continue;
    }
    const names = new Set(first.subsets.map(({ name }) => name));
    merged.set(group, {
      ...first,
      trafficPolicy: first.trafficPolicy ?? rule.trafficPolicy,
      subsets: [...first.subsets, ...rule.subsets.filter(({ name }) => !names.has(name))],
    });
  }
  return [...merged.values()];
}

const isForOwnNamespace = ({ exportTo, namespace }: DestinationRule): boolean =>
  isExportedTo(exportTo, namespace) || exportTo.includes('.');

const isPrivate = ({ exportTo, namespace }: DestinationRule): boolean =>
  exportTo.length === 1 && (exportTo[0] === '.' || exportTo[0] === namespace);

const isExportedTo = (exportTo: readonly string[], namespace: string): boolean =>
  exportTo.length === 0 || exportTo.includes('*') || exportTo.includes(namespace);
