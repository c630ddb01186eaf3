// What OpenAPI calls the schemas: Go's package and type, `io.k8s.api.core.v1.PodSpec`. Clients print the last part.

import type { ResourceType } from '../type.ts';
import { structName } from '../model/model-schema.ts';

/** The definition of a generated model such as `V1PodSpec`. */
export function modelDefinition(className: string): string {
  const struct = structName(className);
  const version = /V\d+((alpha|beta)\d+)?/.exec(className)?.[0].toLowerCase() ?? 'v1';
  if (className.startsWith('EventsV1')) return `io.k8s.api.events.v1.${struct}`;
  if (metaStructs.has(struct)) return `io.k8s.apimachinery.pkg.apis.meta.${version}.${struct}`;
  const [, group = 'core'] = groups.find(([pattern]) => pattern.test(struct)) ?? [];
  const api = group === 'apiextensions' ? 'io.k8s.apiextensions-apiserver.pkg.apis' : 'io.k8s.api';
  return `${api}.${group}.${version}.${struct}`;
}

/** The definition of a custom resource: its group backwards, `io.istio.networking.v1.VirtualService`. */
export const customDefinition = ({ group, kind }: ResourceType, version: string): string =>
  [...group.split('.').toReversed(), version, kind].join('.');

export const scalarDefinitions = {
  intOrString: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  time: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time',
} as const;

const metaStructs = new Set([
  'Condition',
  'FieldSelectorRequirement',
  'LabelSelector',
  'LabelSelectorRequirement',
  'ListMeta',
  'ManagedFieldsEntry',
  'ObjectMeta',
  'OwnerReference',
]);

// Which group a struct belongs to is not in the models; their names tell.
const groups: readonly (readonly [RegExp, string])[] = [
  [/^(Deployment|ReplicaSet|StatefulSet|DaemonSet|ControllerRevision|RollingUpdate)/, 'apps'],
  [/^(Cron)?Job|^PodFailurePolicy|^UncountedTerminated|^SuccessPolicy/, 'batch'],
  [/^HorizontalPodAutoscaler|^HPAScaling|Metric|^CrossVersionObjectReference/, 'autoscaling'],
  [/^PodDisruptionBudget/, 'policy'],
  [/^(HTTP)?Ingress|^NetworkPolicy|^IPBlock|^ServiceBackendPort/, 'networking'],
  [/^(Cluster)?Role|^PolicyRule|^Subject$|^AggregationRule/, 'rbac'],
  [/^EndpointSlice|^Endpoint$|^EndpointConditions|^EndpointHints|^For(Zone|Node)/, 'discovery'],
  [/^Lease/, 'coordination'],
  [/Webhook(Configuration)?$|^RuleWithOperations|^MatchCondition$/, 'admissionregistration'],
  [
    /^CustomResource|^JSONSchemaProps|^WebhookConversion|^ValidationRule|^ExternalDocumentation|^SelectableField/,
    'apiextensions',
  ],
  [/^PriorityClass/, 'scheduling'],
  [/^StorageClass|^TopologySelector/, 'storage'],
];
