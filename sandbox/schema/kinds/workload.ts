import type { BuiltinKind } from '../builtin-type.ts';
import { horizontalPodAutoscalerV1 } from '../conversions/horizontal-pod-autoscaler.ts';
import {
  defaultCronJob,
  defaultDaemonSet,
  defaultDeployment,
  defaultHorizontalPodAutoscaler,
  defaultJob,
  defaultReplicaSet,
  defaultStatefulSet,
} from '../defaults/workload.ts';
import { horizontalPodAutoscalerRules } from '../rules/autoscaling.ts';
import { cronJobRules, jobRules } from '../rules/batch.ts';
import { daemonSetRules, deploymentRules, replicaSetRules, statefulSetRules } from '../rules/workload.ts';
import {
  controllerRevisionPrinter,
  cronJobPrinter,
  daemonSetPrinter,
  deploymentPrinter,
  horizontalPodAutoscalerPrinter,
  jobPrinter,
  replicaSetPrinter,
  statefulSetPrinter,
} from '../table/workloads.ts';

const apps = { group: 'apps', version: 'v1' };
const batch = { group: 'batch', version: 'v1' };

export const workloadKinds: readonly BuiltinKind[] = [
  {
    ...apps,
    kind: 'ControllerRevision',
    resource: 'controllerrevisions',
    model: 'V1ControllerRevision',
    printer: controllerRevisionPrinter,
    status: false,
  },
  {
    ...apps,
    kind: 'DaemonSet',
    resource: 'daemonsets',
    model: 'V1DaemonSet',
    applyDefaults: defaultDaemonSet,
    validate: daemonSetRules,
    printer: daemonSetPrinter,
    shortNames: ['ds'],
    categories: ['all'],
  },
  {
    ...apps,
    kind: 'Deployment',
    resource: 'deployments',
    model: 'V1Deployment',
    applyDefaults: defaultDeployment,
    validate: deploymentRules,
    printer: deploymentPrinter,
    shortNames: ['deploy'],
    categories: ['all'],
    scale: true,
  },
  {
    ...apps,
    kind: 'ReplicaSet',
    resource: 'replicasets',
    model: 'V1ReplicaSet',
    applyDefaults: defaultReplicaSet,
    validate: replicaSetRules,
    printer: replicaSetPrinter,
    shortNames: ['rs'],
    categories: ['all'],
    scale: true,
    fields: ['status.replicas'],
  },
  {
    ...apps,
    kind: 'StatefulSet',
    resource: 'statefulsets',
    model: 'V1StatefulSet',
    applyDefaults: defaultStatefulSet,
    validate: statefulSetRules,
    printer: statefulSetPrinter,
    shortNames: ['sts'],
    categories: ['all'],
    scale: true,
  },
  {
    group: 'autoscaling',
    version: 'v2',
    kind: 'HorizontalPodAutoscaler',
    resource: 'horizontalpodautoscalers',
    model: 'V2HorizontalPodAutoscaler',
    applyDefaults: defaultHorizontalPodAutoscaler,
    validate: horizontalPodAutoscalerRules,
    printer: horizontalPodAutoscalerPrinter,
    shortNames: ['hpa'],
    categories: ['all'],
    otherVersions: [
      { version: 'v1', model: 'V1HorizontalPodAutoscaler', conversion: horizontalPodAutoscalerV1 },
    ],
  },
  {
    ...batch,
    kind: 'CronJob',
    resource: 'cronjobs',
    model: 'V1CronJob',
    applyDefaults: defaultCronJob,
    validate: cronJobRules,
    printer: cronJobPrinter,
    shortNames: ['cj'],
    categories: ['all'],
  },
  {
    ...batch,
    kind: 'Job',
    resource: 'jobs',
    model: 'V1Job',
    applyDefaults: defaultJob,
    validate: jobRules,
    printer: jobPrinter,
    categories: ['all'],
    fields: ['status.successful'],
  },
];
