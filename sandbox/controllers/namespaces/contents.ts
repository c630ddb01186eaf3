// What every namespace has from the start: its default ServiceAccount and the CA certificates pods mount.

import type { NewObject } from '../../kube/object.ts';
import type { KubeObject } from '../../kube/object.ts';
import { type Resource, configMaps, namespaces, serviceAccounts } from '../../kube/resources.ts';
import type { Controller } from '../context.ts';
import { queueFor } from '../context.ts';
import { splitKey } from '../keys.ts';

export interface RootCertificates {
  /** PEM of the API's CA: `ca.crt` of the ConfigMap kube-root-ca.crt. */
  readonly kubernetes: string;
  /** PEM of istiod's CA: `root-cert.pem` of the ConfigMap istio-ca-root-cert. */
  readonly istio: string;
}

export const namespaceContents =
  (certificates: RootCertificates): Controller =>
  (context) => {
    const { cluster } = context;
    const queue = queueFor(context, {
      name: 'namespace contents',
      reconcile: (key) => {
        const { name } = splitKey(key);
        const namespace = cluster.get(namespaces, '', name);
        if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined) return;
        for (const { resource, object } of contents(certificates)) {
          if (cluster.get(resource, name, object.metadata.name ?? '') !== undefined) continue;
          cluster.create(resource, { ...object, metadata: { ...object.metadata, namespace: name } });
        }
      },
    });
    const owned = new Set(contents(certificates).map(({ object }) => object.metadata.name));
    const bringBack = (type: string, { metadata }: KubeObject): void => {
      if (type === 'DELETED' && owned.has(metadata.name)) queue.add(`/${metadata.namespace ?? ''}`);
    };
    const unwatch = [
      cluster.watch(namespaces, ({ type, object }) => {
        if (type === 'ADDED') queue.add(`/${object.metadata.name}`);
      }),
      cluster.watch(serviceAccounts, ({ type, object }) => bringBack(type, object)),
      cluster.watch(configMaps, ({ type, object }) => bringBack(type, object)),
    ];
    return () => {
      for (const stop of unwatch) stop();
      queue.close();
    };
  };

interface Content {
  readonly resource: Resource<KubeObject>;
  readonly object: NewObject;
}

const contents = ({ kubernetes, istio }: RootCertificates): Content[] => [
  {
    resource: serviceAccounts,
    object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } },
  },
  {
    resource: configMaps,
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'kube-root-ca.crt',
        annotations: {
          'kubernetes.io/description':
            'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
        },
      },
      data: { 'ca.crt': kubernetes },
    },
  },
  {
    resource: configMaps,
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio-ca-root-cert', labels: { 'istio.io/config': 'true' } },
      data: { 'root-cert.pem': istio },
    },
  },
];
