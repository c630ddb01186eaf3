// telemetry.istio.io Telemetry: who logs access. Metrics and traces are not looked at.

import { byAge, type AgedObject } from '../kube/virtual-service.ts';
import { hasLabels, type Labels } from '../kube/workload.ts';
import { rootNamespace, type Client } from '../model/destination-rules.ts';
import type { CustomObject } from '../../kube/resources.ts';

export type LogMode = 'CLIENT' | 'SERVER';

interface LogRule {
  readonly providers?: readonly { readonly name?: string }[];
  readonly disabled?: boolean;
  readonly match?: { readonly mode?: string };
}

export interface Telemetry extends AgedObject {
  /** Undefined: all of its namespace (of the root namespace: of the mesh). */
  readonly labels: Labels | undefined;
  readonly logging: readonly LogRule[];
}

export function telemetryOf(object: CustomObject): Telemetry {
  const { name, namespace = '', creationTimestamp } = object.metadata;
  const { selector, accessLogging = [] } = (object.spec ?? {}) as Spec;
  const labels = selector?.matchLabels ?? {};
  return {
    name,
    namespace,
    createdAt: creationTimestamp,
    labels: Object.keys(labels).length > 0 ? labels : undefined,
    logging: accessLogging,
  };
}

interface Spec {
  readonly selector?: { readonly matchLabels?: Labels };
  readonly accessLogging?: readonly LogRule[];
}

/** The built-in provider, a file: `/dev/stdout` in the mesh's format. */
const envoy = 'envoy';

export class TelemetryIndex {
  readonly #byKey = new Map<string, Telemetry>();

  set(key: string, telemetry: Telemetry | undefined): void {
    if (telemetry === undefined) this.#byKey.delete(key);
    else this.#byKey.set(key, telemetry);
  }

  /**
   * Whether the client's proxy logs to the built-in provider; undefined: nobody says so, the mesh config's own file
   * holds. The root namespace's, the namespace's and the workload's Telemetry come in this order, of several the oldest;
   * an entry without providers is about those of the entry before (pilot/pkg/model/telemetry.go mergeLogs).
   */
  logs(client: Client, mode: LogMode): boolean | undefined {
    const levels = this.#applicable(client).filter(({ logging }) => logging.length > 0);
    const named = levels.map(({ logging }) => new Set(logging.flatMap(providersOf)));
    const inScope = named.findLast(({ size }) => size > 0);
    if (inScope?.has(envoy) !== true) return undefined;
    let providers: readonly string[] = [];
    let logs: boolean | undefined;
    for (const rule of levels.flatMap(({ logging }) => logging)) {
      const own = providersOf(rule);
      if (own.length > 0) providers = own;
      if (providers.includes(envoy) && isFor(rule, mode)) logs = rule.disabled !== true;
    }
    return logs;
  }

  #applicable({ namespace, labels }: Client): Telemetry[] {
    const all = [...this.#byKey.values()].toSorted(byAge);
    const wide = (owner: string): Telemetry | undefined =>
      all.find((one) => one.namespace === owner && one.labels === undefined);
    return [
      wide(rootNamespace),
      namespace === rootNamespace ? undefined : wide(namespace),
      all.find(
        (one) => one.namespace === namespace && one.labels !== undefined && hasLabels(labels, one.labels),
      ),
    ].filter((one) => one !== undefined);
  }
}

const providersOf = ({ providers = [] }: LogRule): string[] => providers.map(({ name = '' }) => name);

function isFor({ match }: LogRule, mode: LogMode): boolean {
  const wanted = match?.mode ?? 'CLIENT_AND_SERVER';
  return wanted === 'CLIENT_AND_SERVER' || wanted === mode;
}
