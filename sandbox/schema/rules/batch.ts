// Rules of Jobs and CronJobs (pkg/apis/batch/validation).

import type { CronJobSpec, JobSpec } from 'kubernetes-types/batch/v1.js';
import type { AnyObject } from '../../kube/object.ts';
import { invalid, required } from '../cause.ts';
import { type Causes, notNegative } from './check.ts';
import { isTimeZone, scheduleMistake } from './cron-schedule.ts';
import { podTemplateRules } from './pod-spec.ts';

export const jobRules = (object: AnyObject): Causes => jobSpecRules('spec', object['spec'] ?? {});

export function cronJobRules(object: AnyObject): Causes {
  const { jobTemplate, ...spec } = (object['spec'] ?? {}) as Partial<CronJobSpec>;
  return [
    ...scheduleRules('spec.schedule', spec),
    ...notNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds),
    ...timeZoneRules('spec.timeZone', spec.timeZone),
    ...jobSpecRules('spec.jobTemplate.spec', jobTemplate?.spec ?? {}),
    ...notNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit),
    ...notNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit),
    ...nameRules(object.metadata.name),
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

function scheduleRules(
  field: string,
  { schedule = '', timeZone }: { readonly schedule?: string; readonly timeZone?: string | undefined },
): Causes {
  if (schedule === '') return [required(field)];
  const mistake = scheduleMistake(schedule);
  return [
    ...(mistake === undefined ? [] : [invalid(field, schedule, mistake)]),
    ...(schedule.includes('TZ')
      ? [
          invalid(
            field,
            schedule,
            timeZone === undefined
              ? 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'
              : 'cannot use both timeZone field and TZ or CRON_TZ in schedule',
          ),
        ]
      : []),
  ];
}

function timeZoneRules(field: string, timeZone: string | undefined): Causes {
  if (timeZone === undefined) return [];
  if (timeZone === '') return [invalid(field, timeZone, 'timeZone must be nil or non-empty string')];
  if (timeZone.toLowerCase() === 'local')
    return [
      invalid(
        field,
        timeZone,
        'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      ),
    ];
  return isTimeZone(timeZone) ? [] : [invalid(field, timeZone, `unknown time zone ${timeZone}`)];
}

/** The names of its Jobs have eleven characters more. */
const nameRules = (name: string): Causes =>
  name.length > 52 ? [invalid('metadata.name', name, 'must be no more than 52 characters')] : [];
