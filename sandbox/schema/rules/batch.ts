// Rules of Jobs and CronJobs (pkg/apis/batch/validation).

import type { CronJobSpec, JobSpec } from 'kubernetes-types/batch/v1.js';
import type { AnyObject } from '../../kube/object.ts';
import { invalid, required } from '../cause.ts';
import { type Causes, notNegative } from './check.ts';
import { podTemplateRules } from './pod-spec.ts';

export const jobRules = (object: AnyObject): Causes => jobSpecRules('spec', object['spec'] ?? {});

export function cronJobRules(object: AnyObject): Causes {
  const { schedule = '', jobTemplate, ...spec } = (object['spec'] ?? {}) as Partial<CronJobSpec>;
  return [
    ...scheduleRules('spec.schedule', schedule),
    ...notNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds),
    ...jobSpecRules('spec.jobTemplate.spec', jobTemplate?.spec ?? {}),
    ...notNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit),
    ...notNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit),
  ];
}

function jobSpecRules(field: string, spec: Partial<JobSpec>): Causes {
  const numbers = [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
  ] as const;
  const policy = spec.template?.spec?.restartPolicy;
  return [
    ...numbers.flatMap((name) => notNegative(`${field}.${name}`, spec[name])),
    ...podTemplateRules(`${field}.template`, spec.template ?? {}),
    ...(policy === 'OnFailure' || policy === 'Never'
      ? []
      : [required(`${field}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"')]),
  ];
}

/** By its number of fields, as github.com/robfig/cron counts them; what stands in them is not looked at. */
function scheduleRules(field: string, schedule: string): Causes {
  if (schedule === '') return [required(field)];
  const fields = schedule.split(/\s+/).filter((each) => each !== '');
  if (schedule.startsWith('@')) {
    return /^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every .+)$/.test(schedule)
      ? []
      : [invalid(field, schedule, `unrecognized descriptor: ${schedule}`)];
  }
  return fields.length === 5
    ? []
    : [invalid(field, schedule, `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`)];
}
