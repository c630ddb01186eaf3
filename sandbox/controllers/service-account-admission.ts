// What the ServiceAccount admission plug-in of kube-apiserver does to pods.

import type { PodSpec, Volume, VolumeMount } from 'kubernetes-types/core/v1.js';
import type { AdmissionPlugin } from '../api/extension.ts';
import type { Random } from '../clock/clock.ts';
import type { Cluster } from '../kube/cluster.ts';
import { type ServiceAccount, serviceAccounts } from '../kube/resources.ts';
import { StatusError } from '../kube/status-error.ts';

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Gives every pod an account that exists, and its containers that account's token. */
export function serviceAccountAdmission(cluster: Cluster, random: Random): AdmissionPlugin {
  return {
    name: 'ServiceAccount',
    mutate({ type, operation, namespace, object }) {
      if (operation !== 'CREATE' || type.group !== '' || type.resource !== 'pods' || object === undefined)
        return;
      if (object.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return;
      const spec = object['spec'] as PodSpec | undefined;
      if (spec === undefined) return;
      const name = spec.serviceAccountName || spec.serviceAccount || 'default';
      spec.serviceAccountName = name;
      spec.serviceAccount = name;
      const account = cluster.get(serviceAccounts, namespace, name);
      if (account === undefined) throw missing(object.metadata, namespace, name);
      if (mountsToken(spec, account)) mountToken(spec, random);
      const secrets = account.imagePullSecrets ?? [];
      if ((spec.imagePullSecrets ?? []).length === 0 && secrets.length > 0) {
        spec.imagePullSecrets = structuredClone(secrets);
      }
    },
  };
}

function missing(
  { name = '', generateName = '' }: { name?: string; generateName?: string },
  namespace: string,
  account: string,
): StatusError {
  // Kubernetes generates names after admission, so that the tries of one controller all say the same.
  const pod = generateName === '' ? name : generateName;
  return new StatusError(
    'Forbidden',
    `pods "${pod}" is forbidden: error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`,
    { name: pod, kind: 'pods' },
  );
}

const mountsToken = (spec: PodSpec, account: ServiceAccount): boolean =>
  spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;

function mountToken(spec: PodSpec, random: Random): void {
  const known = (spec.volumes ?? []).find((volume) => volume.name.startsWith('kube-api-access-'));
  const volume = known ?? tokenVolume(random);
  let used = false;
  // Validation, which misses the containers, comes after admission.
  const { initContainers = [], containers = [] } = spec as Partial<PodSpec>;
  for (const container of [...initContainers, ...containers]) {
    if ((container.volumeMounts ?? []).some(({ mountPath }) => mountPath === tokenPath)) continue;
    const mount: VolumeMount = { name: volume.name, readOnly: true, mountPath: tokenPath };
    container.volumeMounts = [...(container.volumeMounts ?? []), mount];
    used = true;
  }
  if (used && known === undefined) spec.volumes = [...(spec.volumes ?? []), volume];
}

const letters = 'bcdfghjklmnpqrstvwxz2456789';

const tokenVolume = (random: Random): Volume => ({
  name: `kube-api-access-${Array.from({ length: 5 }, () => letters.charAt(Math.floor(random() * letters.length))).join('')}`,
  projected: {
    defaultMode: 420,
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
  },
});
