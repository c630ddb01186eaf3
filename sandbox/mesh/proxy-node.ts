import type { Labels } from './kube/workload.ts';

/** A proxy as it introduces itself. Keep one object per proxy: unchanged config is found again by it. */
export interface ProxyNode {
  readonly type: 'sidecar' | 'router';
  /** The pod's. */
  readonly name: string;
  readonly namespace: string;
  readonly ip: string;
  readonly labels: Labels;
  readonly serviceAccount: string;
  /** Ports of the pod's containers, for services whose `targetPort` is a name. */
  readonly ports: readonly { readonly name?: string; readonly containerPort: number }[];
  /** Whether it may listen on ports below 1024. */
  readonly lowPorts?: boolean;
}
