import type { ControllerRevision, DaemonSet, StatefulSet } from 'kubernetes-types/apps/v1.js';
import type {
  HorizontalPodAutoscaler,
  MetricTarget,
  MetricValueStatus,
} from 'kubernetes-types/autoscaling/v2.js';
import type { CronJob, Job } from 'kubernetes-types/batch/v1.js';
import type { PodTemplateSpec, ReplicationController } from 'kubernetes-types/core/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import type { Deployment, ReplicaSet } from '../../kube/resources.ts';
import { ageOf, humanDuration } from './age.ts';
import { age, printer, type Served } from './printer.ts';
import { labelsText, selectorText } from './selector.ts';

const wide = ['Containers:wide', 'Images:wide', 'Selector:wide'];

function containers(template: PodTemplateSpec | undefined): [names: string, images: string] {
  const list = template?.spec?.containers ?? [];
  return [list.map(({ name }) => name).join(','), list.map(({ image }) => image ?? '').join(',')];
}

export const deploymentPrinter = printer<Deployment>(
  ['Ready', 'Up-to-date:integer', 'Available:integer', 'Age', ...wide],
  (object, now) => [
    `${object.status?.readyReplicas ?? 0}/${object.spec?.replicas ?? 0}`,
    object.status?.updatedReplicas ?? 0,
    object.status?.availableReplicas ?? 0,
    age(object, now),
    ...containers(object.spec?.template),
    selectorText(object.spec?.selector),
  ],
);

export const replicaSetPrinter = printer<ReplicaSet>(
  ['Desired:integer', 'Current:integer', 'Ready:integer', 'Age', ...wide],
  (object, now) => [
    object.spec?.replicas ?? 0,
    object.status?.replicas ?? 0,
    object.status?.readyReplicas ?? 0,
    age(object, now),
    ...containers(object.spec?.template),
    selectorText(object.spec?.selector),
  ],
);

export const replicationControllerPrinter = printer<Served<ReplicationController>>(
  ['Desired:integer', 'Current:integer', 'Ready:integer', 'Age', ...wide],
  (object, now) => [
    object.spec?.replicas ?? 0,
    object.status?.replicas ?? 0,
    object.status?.readyReplicas ?? 0,
    age(object, now),
    ...containers(object.spec?.template),
    labelsText(object.spec?.selector),
  ],
);

export const statefulSetPrinter = printer<Served<StatefulSet>>(
  ['Ready', 'Age', 'Containers:wide', 'Images:wide'],
  (object, now) => [
    `${object.status?.readyReplicas ?? 0}/${object.spec?.replicas ?? 0}`,
    age(object, now),
    ...containers(object.spec?.template),
  ],
);

export const daemonSetPrinter = printer<Served<DaemonSet>>(
  [
    'Desired:integer',
    'Current:integer',
    'Ready:integer',
    'Up-to-date:integer',
    'Available:integer',
    'Node Selector',
    'Age',
    ...wide,
  ],
  (object, now) => [
    object.status?.desiredNumberScheduled ?? 0,
    object.status?.currentNumberScheduled ?? 0,
    object.status?.numberReady ?? 0,
    object.status?.updatedNumberScheduled ?? 0,
    object.status?.numberAvailable ?? 0,
    labelsText(object.spec?.template.spec?.nodeSelector),
    age(object, now),
    ...containers(object.spec?.template),
    selectorText(object.spec?.selector),
  ],
);

export const controllerRevisionPrinter = printer<Served<ControllerRevision>>(
  ['Controller', 'Revision:integer', 'Age'],
  (object, now) => {
    const owner = object.metadata.ownerReferences?.find(({ controller }) => controller === true);
    const group = owner?.apiVersion.split('/').slice(0, -1).join('/') ?? '';
    return [
      owner === undefined
        ? '<none>'
        : `${owner.kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${owner.name}`,
      object.revision,
      age(object, now),
    ];
  },
);

export const jobPrinter = printer<Served<Job>>(
  ['Status', 'Completions', 'Duration', 'Age', ...wide],
  (object, now) => [
    jobStatus(object),
    completions(object),
    jobDuration(object, now),
    age(object, now),
    ...containers(object.spec?.template),
    selectorText(object.spec?.selector),
  ],
);

function jobStatus({ metadata, status }: Served<Job>): string {
  const is = (type: string): boolean =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
  if (is('Complete')) return 'Complete';
  if (is('Failed')) return 'Failed';
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (is('Suspended')) return 'Suspended';
  return is('FailureTarget') ? 'FailureTarget' : 'Running';
}

function completions({ spec, status }: Served<Job>): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration({ status }: Served<Job>, now: number): string {
  if (status?.startTime === undefined) return '';
  const end = status.completionTime === undefined ? now : Date.parse(status.completionTime);
  return humanDuration(end - Date.parse(status.startTime));
}

export const cronJobPrinter = printer<Served<CronJob>>(
  ['Schedule', 'Timezone', 'Suspend:boolean', 'Active:integer', 'Last Schedule', 'Age', ...wide],
  (object, now) => [
    object.spec?.schedule ?? '',
    object.spec?.timeZone ?? '<none>',
    object.spec?.suspend === true ? 'True' : 'False',
    object.status?.active?.length ?? 0,
    object.status?.lastScheduleTime === undefined ? '<none>' : ageOf(object.status.lastScheduleTime, now),
    age(object, now),
    ...containers(object.spec?.jobTemplate.spec?.template),
    selectorText(object.spec?.jobTemplate.spec?.selector),
  ],
);

export const podDisruptionBudgetPrinter = printer<Served<PodDisruptionBudget>>(
  ['Min Available', 'Max Unavailable', 'Allowed Disruptions:integer', 'Age'],
  (object, now) => [
    `${object.spec?.minAvailable ?? 'N/A'}`,
    `${object.spec?.maxUnavailable ?? 'N/A'}`,
    object.status?.disruptionsAllowed ?? 0,
    age(object, now),
  ],
);

export const horizontalPodAutoscalerPrinter = printer<Served<HorizontalPodAutoscaler>>(
  ['Reference', 'Targets', 'MinPods', 'MaxPods', 'Replicas', 'Age'],
  (object, now) => [
    `${object.spec?.scaleTargetRef.kind ?? ''}/${object.spec?.scaleTargetRef.name ?? ''}`,
    metricTargets(object),
    `${object.spec?.minReplicas ?? '<unset>'}`,
    object.spec?.maxReplicas ?? 0,
    object.status?.currentReplicas ?? 0,
    age(object, now),
  ],
);

function metricTargets({ spec, status }: Served<HorizontalPodAutoscaler>): string {
  const metrics = spec?.metrics ?? [];
  if (metrics.length === 0) return '<none>';
  const texts = metrics.slice(0, 2).map((metric, index) => {
    const current = status?.currentMetrics?.[index];
    const { target } =
      metric.resource ?? metric.pods ?? metric.object ?? metric.external ?? metric.containerResource ?? {};
    const now =
      current?.resource ??
      current?.pods ??
      current?.object ??
      current?.external ??
      current?.containerResource;
    const name = metric.resource?.name ?? metric.containerResource?.name;
    return `${name === undefined ? '' : `${name}: `}${metricValue(now?.current)}/${metricValue(target)}`;
  });
  const more = metrics.length > 2 ? ` + ${metrics.length - 2} more...` : '';
  return `${texts.join(', ')}${more}`;
}

function metricValue(value: MetricTarget | MetricValueStatus | undefined): string {
  if (value?.averageUtilization !== undefined) return `${value.averageUtilization}%`;
  if (value?.averageValue !== undefined) return value.averageValue;
  return value?.value ?? '<unknown>';
}
