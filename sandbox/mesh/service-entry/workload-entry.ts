// A WorkloadEntry, and an endpoint that a ServiceEntry lists, which is written alike.

import { spiffeId } from '../../kube/spiffe-id.ts';
import { identityOf, type Labels } from '../kube/workload.ts';
import type { CustomObject } from '../../kube/resources.ts';

/** What can stand behind a service without an EndpointSlice. */
export interface WorkloadAddress {
  /** An IP address; for services that are found by DNS also a name. */
  readonly address: string;
  readonly labels: Labels;
  /** By the names of a service's ports, where they are not what the service says. */
  readonly ports: Readonly<Record<string, number>>;
  /** `istio.workload` in the endpoint's metadata. */
  readonly identity: string;
  /** SPIFFE URI of its service account; empty: it has none. */
  readonly account: string;
  readonly mtls: boolean;
  /** Share among its like. */
  readonly weight: number;
}

export interface WorkloadEntrySpec {
  readonly address?: string;
  readonly ports?: Readonly<Record<string, number>>;
  readonly labels?: Labels;
  readonly serviceAccount?: string;
  readonly weight?: number;
}

/** Labels of the object and of its spec count, the spec's first. */
export function workloadEntryOf(object: CustomObject): WorkloadAddress {
  const { name, namespace = '', labels = {} } = object.metadata;
  const spec = (object.spec ?? {}) as WorkloadEntrySpec;
  return workloadAddressOf({ ...spec, labels: { ...labels, ...spec.labels } }, namespace, name);
}

/** @param name of the WorkloadEntry; endpoints of a ServiceEntry have none */
export function workloadAddressOf(
  { address = '', ports = {}, labels = {}, serviceAccount = '', weight = 0 }: WorkloadEntrySpec,
  namespace: string,
  name = '',
): WorkloadAddress {
  const tlsMode = labels['security.istio.io/tlsMode'];
  return {
    address,
    labels,
    ports,
    identity: identityOf(name, namespace, labels),
    account: serviceAccount === '' ? '' : spiffeId(namespace, serviceAccount),
    // Whoever has an identity in the mesh is taken to have a proxy (pilot serviceentry/conversion.go).
    mtls: tlsMode === undefined ? serviceAccount !== '' : tlsMode === 'istio',
    weight: weight > 0 ? weight : 1,
  };
}
