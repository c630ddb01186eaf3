// Kubernetes' defaults of the kinds around the workloads, in place.

import type { AnyObject, NewObject } from '../../kube/object.ts';
import { isRecord } from '../json.ts';
import type { CrdSpec } from '../crd-spec.ts';

export function defaultNamespace(object: NewObject, old: AnyObject | undefined): void {
  const { name } = object.metadata;
  if (name !== undefined && name !== '') {
    object.metadata.labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': name };
  }
  if (old !== undefined) return;
  object['spec'] = { finalizers: ['kubernetes'] };
  object['status'] ??= { phase: 'Active' };
}

export function defaultSecret(object: NewObject): void {
  object['type'] ??= 'Opaque';
  const plain = object['stringData'];
  delete object['stringData'];
  if (!isRecord(plain)) return;
  const encoded = Object.entries(plain).map(([key, text]) => [
    key,
    Buffer.from(String(text)).toString('base64'),
  ]);
  object['data'] = { ...(object['data'] as object | undefined), ...Object.fromEntries(encoded) };
}

export function defaultEndpoints(object: NewObject): void {
  for (const subset of records(object['subsets'])) defaultProtocols(subset['ports']);
}

export function defaultEndpointSlice(object: NewObject): void {
  for (const port of records(object['ports'])) port['name'] ??= '';
  defaultProtocols(object['ports']);
}

export function defaultPersistentVolume(object: NewObject, old: AnyObject | undefined): void {
  Object.assign(specOf(object), {
    persistentVolumeReclaimPolicy: 'Retain',
    volumeMode: 'Filesystem',
    ...specOf(object),
  });
  if (old === undefined) object['status'] ??= { phase: 'Pending' };
}

export function defaultPersistentVolumeClaim(object: NewObject, old: AnyObject | undefined): void {
  specOf(object)['volumeMode'] ??= 'Filesystem';
  if (old === undefined) object['status'] ??= { phase: 'Pending' };
}

export function defaultStorageClass(object: NewObject): void {
  object['reclaimPolicy'] ??= 'Delete';
  object['volumeBindingMode'] ??= 'Immediate';
}

export function defaultPriorityClass(object: NewObject): void {
  object['preemptionPolicy'] ??= 'PreemptLowerPriority';
}

export function defaultNetworkPolicy(object: NewObject): void {
  const spec = specOf(object);
  spec['podSelector'] ??= {};
  spec['policyTypes'] ??= records(spec['egress']).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  for (const rule of [...records(spec['ingress']), ...records(spec['egress'])])
    defaultProtocols(rule['ports']);
}

const rbacGroup = 'rbac.authorization.k8s.io';

export function defaultBinding(object: NewObject): void {
  if (isRecord(object['roleRef'])) object['roleRef']['apiGroup'] ??= rbacGroup;
  for (const subject of records(object['subjects'])) {
    if (subject['kind'] === 'User' || subject['kind'] === 'Group') subject['apiGroup'] ??= rbacGroup;
  }
}

export function defaultWebhooks(object: NewObject): void {
  for (const webhook of records(object['webhooks'])) {
    webhook['failurePolicy'] ??= 'Fail';
    webhook['matchPolicy'] ??= 'Equivalent';
    webhook['namespaceSelector'] ??= {};
    webhook['objectSelector'] ??= {};
    if (object.kind === 'MutatingWebhookConfiguration') webhook['reinvocationPolicy'] ??= 'Never';
    webhook['timeoutSeconds'] ??= 10;
    for (const rule of records(webhook['rules'])) rule['scope'] ??= '*';
    const client = webhook['clientConfig'];
    if (isRecord(client) && isRecord(client['service'])) client['service']['port'] ??= 443;
  }
}

export function defaultCustomResourceDefinition(object: NewObject): void {
  const spec = specOf(object);
  spec['conversion'] ??= { strategy: 'None' };
  const names = spec['names'] as Partial<Record<keyof CrdSpec['names'], unknown>> | undefined;
  if (typeof names?.kind !== 'string' || names.kind === '') return;
  names.singular ??= names.kind.toLowerCase();
  names.listKind ??= `${names.kind}List`;
}

function defaultProtocols(ports: unknown): void {
  for (const port of records(ports)) port['protocol'] ??= 'TCP';
}

function specOf(object: NewObject): Record<string, unknown> {
  return (object['spec'] ??= {}) as Record<string, unknown>;
}

const records = (list: unknown): readonly Record<string, unknown>[] =>
  Array.isArray(list) ? list.filter(isRecord) : [];
