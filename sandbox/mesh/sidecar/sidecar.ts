// networking.istio.io Sidecar: which services the sidecars of a namespace, or some of them, are told of.

import { byAge, type AgedObject } from '../kube/virtual-service.ts';
import { hasLabels, type Labels } from '../kube/workload.ts';
import { isSubsetOf } from '../host.ts';
import { rootNamespace, type Client } from '../model/destination-rules.ts';
import type { CustomObject } from '../../kube/resources.ts';
import type { MeshConfig } from '../mesh-config.ts';

export interface Sidecar extends AgedObject {
  /** Of the pods it is for; undefined: all of its namespace (of the root namespace: of the mesh). */
  readonly labels: Labels | undefined;
  /** `namespace/host` as written; undefined: everything. */
  readonly egress: readonly string[] | undefined;
  /** Undefined: as the mesh has it. */
  readonly outboundTrafficPolicy: MeshConfig['outboundTrafficPolicy'] | undefined;
}

export function sidecarOf(object: CustomObject): Sidecar {
  const { name, namespace = '', creationTimestamp } = object.metadata;
  const { workloadSelector, egress = [], outboundTrafficPolicy } = (object.spec ?? {}) as Spec;
  const labels = workloadSelector?.labels ?? {};
  return {
    name,
    namespace,
    createdAt: creationTimestamp,
    labels: Object.keys(labels).length > 0 ? labels : undefined,
    egress: egress.length > 0 ? egress.flatMap(({ hosts = [] }) => hosts) : undefined,
    // REGISTRY_ONLY is the first value of the field's type, so that a policy without a mode means it.
    outboundTrafficPolicy:
      outboundTrafficPolicy && (outboundTrafficPolicy.mode === 'ALLOW_ANY' ? 'ALLOW_ANY' : 'REGISTRY_ONLY'),
  };
}

interface Spec {
  readonly workloadSelector?: { readonly labels?: Labels };
  readonly egress?: readonly { readonly hosts?: readonly string[] }[];
  readonly outboundTrafficPolicy?: { readonly mode?: string };
}

export class SidecarIndex {
  readonly #byKey = new Map<string, Sidecar>();

  get size(): number {
    return this.#byKey.size;
  }

  set(key: string, sidecar: Sidecar | undefined): void {
    if (sidecar === undefined) this.#byKey.delete(key);
    else this.#byKey.set(key, sidecar);
  }

  /** The one that selects the client, else its namespace's, else the root namespace's; of several the oldest. */
  find({ namespace, labels }: Client): Sidecar | undefined {
    const all = [...this.#byKey.values()].toSorted(byAge);
    const own = all.filter((sidecar) => sidecar.namespace === namespace);
    return (
      own.find((sidecar) => sidecar.labels !== undefined && hasLabels(labels, sidecar.labels)) ??
      own.find((sidecar) => sidecar.labels === undefined) ??
      all.find((sidecar) => sidecar.namespace === rootNamespace && sidecar.labels === undefined)
    );
  }
}

/** Whether a client in `clientNamespace` with this Sidecar is told of a host that `owner` declares. */
export function imports(
  { egress }: Pick<Sidecar, 'egress'>,
  clientNamespace: string,
  owner: string,
  host: string,
): boolean {
  if (egress === undefined) return true;
  return egress.some((entry) => {
    const slash = entry.indexOf('/');
    const written = entry.slice(0, slash);
    const namespace = written === '.' ? clientNamespace : written;
    const name = entry.slice(slash + 1);
    return (namespace === '*' || namespace === owner) && isSubsetOf(host, name);
  });
}
