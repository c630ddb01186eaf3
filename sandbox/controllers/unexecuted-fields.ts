// The fields of pods and Services that the sandbox keeps but does not act on. Everything else it executes.

export interface UnexecutedField {
  /** As kubectl would print it; `[*]` stands for every item of a list. Relative to a pod's or a Service's spec. */
  readonly path: string;
  /** Values that mean what the sandbox does anyway. A missing field is always one of them. */
  readonly harmless?: readonly unknown[];
  /** False for fields that ordinary manifests carry and that change nothing a learner could see. */
  readonly warns: boolean;
}

const warns = (path: string, ...harmless: unknown[]): UnexecutedField => ({ path, harmless, warns: true });
const silent = (path: string): UnexecutedField => ({ path, warns: false });

const containerFields = (list: string): UnexecutedField[] => [
  warns(`${list}[*].lifecycle`),
  warns(`${list}[*].livenessProbe.grpc`),
  warns(`${list}[*].readinessProbe.grpc`),
  warns(`${list}[*].startupProbe.grpc`),
  warns(`${list}[*].ports[*].hostPort`),
  warns(`${list}[*].volumeDevices`),
  warns(`${list}[*].stdin`, false),
  warns(`${list}[*].tty`, false),
  silent(`${list}[*].imagePullPolicy`),
  silent(`${list}[*].resources`),
  silent(`${list}[*].resizePolicy`),
  silent(`${list}[*].securityContext`),
  silent(`${list}[*].terminationMessagePath`),
  silent(`${list}[*].terminationMessagePolicy`),
  silent(`${list}[*].workingDir`),
];

// Those that would need a disk or a driver: containers find an empty folder, or nothing.
const volumeKinds = [
  'awsElasticBlockStore',
  'azureDisk',
  'azureFile',
  'cephfs',
  'csi',
  'ephemeral',
  'fc',
  'flexVolume',
  'gcePersistentDisk',
  'glusterfs',
  'hostPath',
  'image',
  'iscsi',
  'nfs',
  'persistentVolumeClaim',
  'rbd',
];

export const unexecutedFields: {
  readonly pod: readonly UnexecutedField[];
  readonly service: readonly UnexecutedField[];
} = {
  pod: [
    ...containerFields('containers'),
    ...containerFields('initContainers'),
    ...volumeKinds.map((kind) => warns(`volumes[*].${kind}`)),
    warns('activeDeadlineSeconds'),
    warns('affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution'),
    warns('affinity.podAffinity'),
    warns('affinity.podAntiAffinity'),
    warns('dnsConfig'),
    warns('dnsPolicy', 'ClusterFirst'),
    warns('ephemeralContainers'),
    warns('hostAliases'),
    warns('hostIPC', false),
    warns('hostNetwork', false),
    warns('hostPID', false),
    warns('hostUsers', true),
    silent('imagePullSecrets'),
    warns('os'),
    warns('overhead'),
    silent('preemptionPolicy'),
    silent('priority'),
    warns('priorityClassName'),
    warns('resourceClaims'),
    warns('runtimeClassName'),
    silent('securityContext'),
    warns('setHostnameAsFQDN', false),
    warns('shareProcessNamespace', false),
    warns('topologySpreadConstraints'),
  ],
  service: [
    warns('externalIPs'),
    silent('externalTrafficPolicy'),
    silent('internalTrafficPolicy'),
    warns('ipFamilyPolicy', 'SingleStack'),
    warns('loadBalancerClass'),
    warns('loadBalancerIP'),
    warns('loadBalancerSourceRanges'),
    warns('ports[*].protocol', 'TCP'),
    warns('sessionAffinity', 'None'),
    silent('sessionAffinityConfig'),
    silent('trafficDistribution'),
  ],
};
