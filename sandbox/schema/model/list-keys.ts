// How lists and maps of built-in kinds merge: what Kubernetes marks in its Go types (patchStrategy, patchMergeKey,
// listType, listMapKey, mapType, structType; shown in its API reference) and the generated models leave out.
// A list that is not here is atomic.

import type { Schema } from '../type.ts';

type Merge = Pick<
  Schema,
  | 'x-kubernetes-list-type'
  | 'x-kubernetes-list-map-keys'
  | 'x-kubernetes-map-type'
  | 'x-kubernetes-patch-merge-key'
  | 'x-kubernetes-patch-strategy'
>;

/** The merge rules of `Struct.field`; `{}` when it is no list and has none. */
export function fieldMergeRules(struct: string, field: string, isList: boolean): Merge {
  return rules.get(`${struct}.${field}`) ?? (isList ? { 'x-kubernetes-list-type': 'atomic' } : {});
}

/** The merge rules of a struct as a whole: some are replaced, never merged, by server-side apply. */
export function structMergeRules(struct: string): Merge {
  return atomicStructs.has(struct) ? { 'x-kubernetes-map-type': 'atomic' } : {};
}

const atomicStructs = new Set(
  (
    'SecretReference FileKeySelector ObjectFieldSelector ResourceFieldSelector ConfigMapKeySelector SecretKeySelector ' +
    'NodeSelector NodeSelectorTerm TopologySelectorTerm EndpointAddress EndpointPort ObjectReference ' +
    'LocalObjectReference TypedLocalObjectReference ScopeSelector ServiceBackendPort Subject RoleRef ParamKind ' +
    'ParamRef MatchResources NamedRuleWithOperations LabelSelector'
  ).split(' '),
);

// field → keys of the list as a map; the first is also the strategic-merge key.
const keyedLists: Record<string, string> = {
  'Container.ports': 'containerPort protocol',
  'Container.env': 'name',
  'Container.volumeMounts': 'mountPath',
  'Container.volumeDevices': 'devicePath',
  'ContainerStatus.volumeMounts': 'mountPath',
  'ContainerStatus.allocatedResourcesStatus': 'name',
  'EphemeralContainer.ports': 'containerPort protocol',
  'EphemeralContainer.env': 'name',
  'EphemeralContainer.volumeMounts': 'mountPath',
  'EphemeralContainer.volumeDevices': 'devicePath',
  'PodSpec.containers': 'name',
  'PodSpec.initContainers': 'name',
  'PodSpec.ephemeralContainers': 'name',
  'PodSpec.imagePullSecrets': 'name',
  'PodSpec.hostAliases': 'ip',
  'PodSpec.topologySpreadConstraints': 'topologyKey whenUnsatisfiable',
  'PodSpec.schedulingGates': 'name',
  'PodStatus.podIPs': 'ip',
  'ServiceSpec.ports': 'port protocol',
  'ServiceAccount.secrets': 'name',
  'NodeStatus.addresses': 'type',
  'ObjectMeta.ownerReferences': 'uid',
  'ValidatingWebhookConfiguration.webhooks': 'name',
  'MutatingWebhookConfiguration.webhooks': 'name',
  'ValidatingWebhook.matchConditions': 'name',
  'MutatingWebhook.matchConditions': 'name',
};
for (const struct of 'Pod Deployment ReplicaSet StatefulSet DaemonSet Service Node Namespace'.split(' ')) {
  keyedLists[`${struct}Status.conditions`] = 'type';
}
for (const struct of 'PersistentVolumeClaim HorizontalPodAutoscaler PodDisruptionBudget'.split(' ')) {
  keyedLists[`${struct}Status.conditions`] = 'type';
}

const rules = new Map<string, Merge>(
  Object.entries(keyedLists).map(([field, keys]) => [field, keyed(keys.split(' '), 'merge')]),
);
rules.set('PodSpec.volumes', keyed(['name'], 'merge,retainKeys'));
rules.set('PodSpec.resourceClaims', keyed(['name'], 'merge,retainKeys'));
rules.set('PodStatus.resourceClaimStatuses', keyed(['name'], 'merge,retainKeys'));
// Lists that only server-side apply merges.
rules.set('ResourceRequirements.claims', keyed(['name']));
rules.set('ResourceStatus.resources', keyed(['resourceID']));
rules.set('CustomResourceDefinitionStatus.conditions', keyed(['type']));
rules.set('PodStatus.hostIPs', {
  'x-kubernetes-list-type': 'atomic',
  'x-kubernetes-patch-strategy': 'merge',
  'x-kubernetes-patch-merge-key': 'ip',
});
rules.set('ObjectMeta.finalizers', {
  'x-kubernetes-list-type': 'set',
  'x-kubernetes-patch-strategy': 'merge',
});
rules.set('NodeSpec.podCIDRs', { 'x-kubernetes-list-type': 'set', 'x-kubernetes-patch-strategy': 'merge' });
rules.set('JobStatus.conditions', {
  'x-kubernetes-list-type': 'atomic',
  'x-kubernetes-patch-strategy': 'merge',
  'x-kubernetes-patch-merge-key': 'type',
});
for (const set of [
  'Endpoint.addresses',
  'PodFailurePolicyOnExitCodesRequirement.values',
  'UncountedTerminatedPods.failed',
  'UncountedTerminatedPods.succeeded',
]) {
  rules.set(set, { 'x-kubernetes-list-type': 'set' });
}
rules.set('DeploymentSpec.strategy', { 'x-kubernetes-patch-strategy': 'retainKeys' });
rules.set('PodDisruptionBudgetSpec.selector', { 'x-kubernetes-patch-strategy': 'replace' });
rules.set('PodSpec.nodeSelector', { 'x-kubernetes-map-type': 'atomic' });
rules.set('ServiceSpec.selector', { 'x-kubernetes-map-type': 'atomic' });

function keyed(keys: readonly string[], strategy?: string): Merge {
  const list: Merge = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys };
  const [mergeKey] = keys;
  if (strategy === undefined || mergeKey === undefined) return list;
  return { ...list, 'x-kubernetes-patch-strategy': strategy, 'x-kubernetes-patch-merge-key': mergeKey };
}
