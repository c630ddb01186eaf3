// Who a workload is to others in the mesh: its service account (istio.io/latest/docs/concepts/security, "Istio identity").

export const spiffeId = (namespace: string, serviceAccount: string): string =>
  `spiffe://cluster.local/ns/${namespace}/sa/${serviceAccount}`;
