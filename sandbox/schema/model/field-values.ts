// What the generated models do not say of a value: which strings are quantities, and which are one of a fixed set.

/** Whether the field (or each value of the map in it) is a resource quantity such as `500m` or `1Gi`. */
export const isQuantity = (struct: string, field: string): boolean => quantities.has(`${struct}.${field}`);

/** The only values Kubernetes accepts; undefined when any may stand there. */
export const allowedValues = (struct: string, field: string): readonly string[] | undefined =>
  enumerations.get(`${struct}.${field}`);

const quantities = new Set(
  [
    'ResourceRequirements limits requests',
    'VolumeResourceRequirements limits requests',
    'ContainerStatus allocatedResources',
    'ResourceFieldSelector divisor',
    'EmptyDirVolumeSource sizeLimit',
    'PodSpec overhead',
    'PersistentVolumeSpec capacity',
    'PersistentVolumeClaimStatus capacity allocatedResources',
    'NodeStatus capacity allocatable',
    'LimitRangeItem max min default defaultRequest maxLimitRequestRatio',
    'ResourceQuotaSpec hard',
    'ResourceQuotaStatus hard used',
    'HPAScalingRules tolerance',
    'MetricTarget value averageValue',
    'MetricValueStatus value averageValue',
  ].flatMap((line) => {
    const [struct, ...fields] = line.split(' ');
    return fields.map((field) => `${struct}.${field}`);
  }),
);

// In the order in which Kubernetes lists them in "supported values".
const enumerations = new Map(
  Object.entries({
    'Container.imagePullPolicy': 'Always IfNotPresent Never',
    'Container.terminationMessagePolicy': 'File FallbackToLogsOnError',
    'ContainerPort.protocol': 'SCTP TCP UDP',
    'EphemeralContainer.imagePullPolicy': 'Always IfNotPresent Never',
    'HTTPGetAction.scheme': 'HTTP HTTPS',
    'PodSpec.restartPolicy': 'Always OnFailure Never',
    'PodSpec.dnsPolicy': 'ClusterFirstWithHostNet ClusterFirst Default None',
    'PodSpec.preemptionPolicy': 'Never PreemptLowerPriority',
    'PodOS.name': 'linux windows',
    'SeccompProfile.type': 'Localhost RuntimeDefault Unconfined',
    'Toleration.operator': 'Equal Exists',
    'Toleration.effect': 'NoSchedule PreferNoSchedule NoExecute',
    'Taint.effect': 'NoSchedule PreferNoSchedule NoExecute',
    'TopologySpreadConstraint.whenUnsatisfiable': 'DoNotSchedule ScheduleAnyway',
    'VolumeMount.mountPropagation': 'Bidirectional HostToContainer None',
    'ServicePort.protocol': 'SCTP TCP UDP',
    'ServiceSpec.type': 'ClusterIP ExternalName LoadBalancer NodePort',
    'ServiceSpec.sessionAffinity': 'ClientIP None',
    'ServiceSpec.externalTrafficPolicy': 'Cluster Local',
    'ServiceSpec.internalTrafficPolicy': 'Cluster Local',
    'ServiceSpec.ipFamilyPolicy': 'PreferDualStack RequireDualStack SingleStack',
    'DeploymentStrategy.type': 'Recreate RollingUpdate',
    'DaemonSetUpdateStrategy.type': 'OnDelete RollingUpdate',
    'StatefulSetUpdateStrategy.type': 'OnDelete RollingUpdate',
    'StatefulSetSpec.podManagementPolicy': 'OrderedReady Parallel',
    'CronJobSpec.concurrencyPolicy': 'Allow Forbid Replace',
    'HTTPIngressPath.pathType': 'Exact ImplementationSpecific Prefix',
    'EndpointSlice.addressType': 'FQDN IPv4 IPv6',
    'NodeSelectorRequirement.operator': 'DoesNotExist Exists Gt In Lt NotIn',
    'CustomResourceDefinitionSpec.scope': 'Cluster Namespaced',
    'ValidatingWebhook.failurePolicy': 'Fail Ignore',
    'MutatingWebhook.failurePolicy': 'Fail Ignore',
    'PersistentVolumeSpec.persistentVolumeReclaimPolicy': 'Delete Recycle Retain',
    'StorageClass.reclaimPolicy': 'Delete Retain',
    'StorageClass.volumeBindingMode': 'Immediate WaitForFirstConsumer',
  }).map(([field, values]): [string, readonly string[]] => [field, values.split(' ')]),
);
