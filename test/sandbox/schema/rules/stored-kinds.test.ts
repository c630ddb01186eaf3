import { expect, it } from 'vitest';
import type { AnyObject } from '../../../../sandbox/kube/object.ts';
import { container, objectOf, refusals } from '../subjects.ts';

const template = { spec: { containers: [container()] } };
const once = { spec: { ...template.spec, restartPolicy: 'Never' } };
const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' };

it.each<[string, AnyObject, string[]]>([
  ['Job', objectOf('Job', { spec: { template: once } }), []],
  [
    'Job that would go on for ever',
    objectOf('Job', { spec: { template, completions: -1 } }),
    [
      'spec.completions: Invalid value: -1: must be greater than or equal to 0',
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
  ],
  [
    'CronJob',
    objectOf('CronJob', { spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: once } } } }),
    [],
  ],
  [
    'CronJob by name',
    objectOf('CronJob', { spec: { schedule: '@hourly', jobTemplate: { spec: { template: once } } } }),
    [],
  ],
  [
    'CronJob without a time',
    objectOf('CronJob', { spec: { schedule: 'at noon', jobTemplate: { spec: { template: once } } } }),
    ['spec.schedule: Invalid value: "at noon": expected exactly 5 fields, found 2: [at noon]'],
  ],
  [
    'CronJob in two time zones',
    objectOf('CronJob', {
      spec: { schedule: 'TZ=UTC 61 * * * *', timeZone: 'Nowhere', jobTemplate: { spec: { template: once } } },
    }),
    [
      'spec.schedule: Invalid value: "TZ=UTC 61 * * * *": end of range (61) above maximum (59): 61',
      'spec.schedule: Invalid value: "TZ=UTC 61 * * * *": cannot use both timeZone field and TZ or CRON_TZ in schedule',
      'spec.timeZone: Invalid value: "Nowhere": unknown time zone Nowhere',
    ],
  ],
  [
    'CronJob in the time zone of its node',
    objectOf('CronJob', {
      metadata: { name: 'a'.repeat(53) },
      spec: { schedule: '0 9 * * mon-fri', timeZone: 'Local', jobTemplate: { spec: { template: once } } },
    }),
    [
      'spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      `metadata.name: Invalid value: "${'a'.repeat(53)}": must be no more than 52 characters`,
    ],
  ],
  [
    'HorizontalPodAutoscaler',
    objectOf('HorizontalPodAutoscaler', { spec: { scaleTargetRef: target, maxReplicas: 3 } }),
    [],
  ],
  [
    'HorizontalPodAutoscaler of nothing',
    objectOf('HorizontalPodAutoscaler', { spec: { minReplicas: 2, scaleTargetRef: {} } }),
    [
      'spec.maxReplicas: Invalid value: 0: must be greater than 0',
      'spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`',
      'spec.scaleTargetRef.kind: Required value',
      'spec.scaleTargetRef.name: Required value',
    ],
  ],
  ['PodDisruptionBudget', objectOf('PodDisruptionBudget', { spec: { minAvailable: '50%' } }), []],
  [
    'PodDisruptionBudget of two minds',
    objectOf('PodDisruptionBudget', { spec: { minAvailable: 1, maxUnavailable: -1 } }),
    [
      'spec: Invalid value: map[string]interface {}{"maxUnavailable":-1, "minAvailable":1}: minAvailable and maxUnavailable cannot be both set',
      'spec.maxUnavailable: Invalid value: -1: must be greater than or equal to 0',
    ],
  ],
  ['RoleBinding', objectOf('RoleBinding', { roleRef }), []],
  [
    'RoleBinding to nothing',
    objectOf('RoleBinding'),
    [
      'roleRef.kind: Unsupported value: "": supported values: "Role", "ClusterRole"',
      'roleRef.name: Required value',
    ],
  ],
  [
    'ClusterRoleBinding to a Role',
    objectOf('ClusterRoleBinding', { roleRef }),
    ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
  ],
])('a %s is judged as Kubernetes does', (_what, object, causes) => {
  expect(refusals(object)).toEqual(causes);
});

it('a binding keeps its role', () => {
  const old = objectOf('RoleBinding', { roleRef });
  expect(refusals({ ...old, roleRef: { ...roleRef, name: 'writer' } }, old)).toEqual([
    'roleRef: Invalid value: rbac.RoleRef{APIGroup:"rbac.authorization.k8s.io", Kind:"Role", Name:"writer"}: cannot change roleRef',
  ]);
});
