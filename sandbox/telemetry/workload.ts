/** Who a proxy stands for, as Istio's metrics name it; every field has its value or "unknown". */
export interface Workload {
  readonly workload: string;
  readonly namespace: string;
  /** SPIFFE URI. */
  readonly principal: string;
  /** Label `app`. */
  readonly app: string;
  /** Label `version`. */
  readonly version: string;
  readonly canonicalService: string;
  readonly canonicalRevision: string;
  readonly cluster: string;
}

const unknownWorkload: Workload = {
  workload: 'unknown',
  namespace: 'unknown',
  principal: 'unknown',
  app: 'unknown',
  version: 'unknown',
  canonicalService: 'unknown',
  canonicalRevision: 'latest',
  cluster: 'unknown',
};

/** The labels of a workload as source or destination; undefined is one that has no proxy. */
export function workloadLabels(
  side: 'source' | 'destination',
  workload: Workload = unknownWorkload,
  principal: string | undefined,
): string {
  return (
    `${side}_workload="${workload.workload}",${side}_workload_namespace="${workload.namespace}",` +
    `${side}_principal="${principal ?? 'unknown'}",${side}_app="${workload.app}",` +
    `${side}_version="${workload.version}",${side}_canonical_service="${workload.canonicalService}",` +
    `${side}_canonical_revision="${workload.canonicalRevision}",${side}_cluster="${workload.cluster}"`
  );
}
