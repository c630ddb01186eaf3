// A small CustomResourceDefinition, valid as it is.

import type { AnyObject } from '../../../sandbox/kube/object.ts';
import { defaulted, objectOf } from './subjects.ts';

type Fields = Record<string, unknown>;

export const crontabSchema = {
  type: 'object',
  description: 'A job that runs by the clock.',
  properties: {
    spec: {
      type: 'object',
      required: ['schedule'],
      properties: {
        schedule: { type: 'string', pattern: '^\\S+ \\S+$', maxLength: 9, minLength: 3 },
        replicas: { type: 'integer', minimum: 1, maximum: 9, default: 1 },
        policy: { type: 'string', enum: ['Allow', 'Forbid'] },
        port: { 'x-kubernetes-int-or-string': true },
        note: { type: 'string', nullable: true },
        ratio: { type: 'number', maximum: 1, exclusiveMaximum: true, multipleOf: 0.25 },
        until: { type: 'string', format: 'date-time' },
        hosts: {
          type: 'array',
          maxItems: 3,
          minItems: 1,
          items: { type: 'string' },
          'x-kubernetes-list-type': 'set',
        },
        rules: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string' }, weight: { type: 'integer', default: 5 } },
          },
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
        },
        match: {
          type: 'object',
          properties: { exact: { type: 'string' }, prefix: { type: 'string' } },
          oneOf: [{ required: ['exact'] }, { required: ['prefix'] }],
        },
        anything: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
      },
    },
    status: { type: 'object', properties: { ready: { type: 'boolean' } } },
  },
} as const;

export function crdOf(spec: Fields = {}, version: Fields = {}): AnyObject {
  const crd = objectOf('CustomResourceDefinition', {
    metadata: { name: 'crontabs.stable.example.com' },
    spec: {
      group: 'stable.example.com',
      scope: 'Namespaced',
      names: { plural: 'crontabs', kind: 'CronTab', shortNames: ['ct'] },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: crontabSchema }, ...version },
      ],
      ...spec,
    },
  });
  return defaulted(crd);
}

export const crontab = (spec: Fields, rest: Fields = {}): AnyObject => ({
  apiVersion: 'stable.example.com/v1',
  kind: 'CronTab',
  metadata: { name: 'it', uid: '', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { schedule: '* *', ...spec },
  ...rest,
});
