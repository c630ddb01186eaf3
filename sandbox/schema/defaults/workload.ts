// Kubernetes' defaults of the workload kinds (pkg/apis/{apps,batch,autoscaling}/*/defaults.go), in place.

import type {
  DaemonSetSpec,
  DeploymentSpec,
  ReplicaSetSpec,
  StatefulSetSpec,
} from 'kubernetes-types/apps/v1.js';
import type { HorizontalPodAutoscalerSpec } from 'kubernetes-types/autoscaling/v2.js';
import type { CronJobSpec, JobSpec } from 'kubernetes-types/batch/v1.js';
import type { PodTemplateSpec, ReplicationControllerSpec } from 'kubernetes-types/core/v1.js';
import type { NewObject } from '../../kube/object.ts';
import { defaultPodSpec } from './pod-spec.ts';

export function defaultDeployment(object: NewObject): void {
  const spec = specOf(object) as DeploymentSpec;
  spec.progressDeadlineSeconds ??= 600;
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  const strategy = (spec.strategy ??= {});
  strategy.type ??= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    strategy.rollingUpdate = { maxSurge: '25%', maxUnavailable: '25%', ...strategy.rollingUpdate };
  }
  defaultTemplate(spec);
}

export function defaultReplicaSet(object: NewObject): void {
  const spec = specOf(object) as ReplicaSetSpec;
  spec.replicas ??= 1;
  defaultTemplate(spec);
}

export function defaultReplicationController(object: NewObject): void {
  const spec = specOf(object) as ReplicationControllerSpec;
  const labels = spec.template?.metadata?.labels;
  if (labels !== undefined) {
    if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
    if (Object.keys(object.metadata.labels ?? {}).length === 0) object.metadata.labels = { ...labels };
  }
  spec.replicas ??= 1;
  defaultTemplate(spec);
}

export function defaultStatefulSet(object: NewObject): void {
  const spec = specOf(object) as StatefulSetSpec;
  spec.persistentVolumeClaimRetentionPolicy = {
    whenDeleted: 'Retain',
    whenScaled: 'Retain',
    ...spec.persistentVolumeClaimRetentionPolicy,
  };
  spec.podManagementPolicy ??= 'OrderedReady';
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  const strategy = (spec.updateStrategy ??= {});
  strategy.type ??= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') strategy.rollingUpdate = { partition: 0, ...strategy.rollingUpdate };
  defaultTemplate(spec);
}

export function defaultDaemonSet(object: NewObject): void {
  const spec = specOf(object) as DaemonSetSpec;
  spec.revisionHistoryLimit ??= 10;
  const strategy = (spec.updateStrategy ??= {});
  strategy.type ??= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    strategy.rollingUpdate = { maxSurge: 0, maxUnavailable: 1, ...strategy.rollingUpdate };
  }
  defaultTemplate(spec);
}

export function defaultJob(object: NewObject): void {
  defaultJobSpec(specOf(object) as JobSpec);
}

function defaultJobSpec(spec: JobSpec): void {
  spec.backoffLimit ??= 6;
  spec.completionMode ??= 'NonIndexed';
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.podReplacementPolicy ??= 'TerminatingOrFailed';
  spec.suspend ??= false;
  defaultTemplate(spec);
}

export function defaultCronJob(object: NewObject): void {
  const spec = specOf(object) as CronJobSpec;
  spec.concurrencyPolicy ??= 'Allow';
  spec.failedJobsHistoryLimit ??= 1;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.suspend ??= false;
  // A CronJob's job is defaulted when it is created; only its pods are defaulted here.
  const job = spec.jobTemplate?.spec;
  if (job !== undefined) defaultTemplate(job);
}

export function defaultHorizontalPodAutoscaler(object: NewObject): void {
  const spec = specOf(object) as HorizontalPodAutoscalerSpec;
  spec.minReplicas ??= 1;
  if ((spec.metrics ?? []).length === 0) {
    spec.metrics = [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
      },
    ];
  }
}

function defaultTemplate(owner: { template?: PodTemplateSpec }): void {
  const template = (owner.template ??= {});
  const spec = (template.spec ??= { containers: [] });
  defaultPodSpec(spec);
}

function specOf(object: NewObject): unknown {
  return (object['spec'] ??= {});
}
