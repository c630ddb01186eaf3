// Rules of a pod's spec, in a pod or a template (pkg/apis/core/validation, ValidatePodSpec).

import type { PodSpec, PodTemplateSpec, Volume } from 'kubernetes-types/core/v1.js';
import { invalid, required } from '../cause.ts';
import { at } from '../json.ts';
import { annotations, type Causes, each, labels, named, notNegative, unique } from './check.ts';
import { containerRules } from './container.ts';
import { dnsLabel, dnsSubdomain } from './names.ts';

export function podSpecRules(field: string, spec: Partial<PodSpec>): Causes {
  const { containers = [], initContainers = [], volumes = [], activeDeadlineSeconds: deadline } = spec;
  const names = new Set(volumes.map(({ name }) => name));
  return [
    ...volumeRules(`${field}.volumes`, volumes),
    ...(containers.length === 0 ? [required(`${field}.containers`)] : []),
    ...each(`${field}.containers`, containers, (path, container) => containerRules(path, container, names)),
    ...each(`${field}.initContainers`, initContainers, (path, container) =>
      containerRules(path, container, names),
    ),
    ...unique(
      [...containers, ...initContainers],
      ({ name }) => name,
      (index) =>
        index < containers.length
          ? `${at(`${field}.containers`, index)}.name`
          : `${at(`${field}.initContainers`, index - containers.length)}.name`,
    ),
    ...named(`${field}.serviceAccountName`, spec.serviceAccountName, dnsSubdomain),
    ...named(`${field}.nodeName`, spec.nodeName, dnsSubdomain),
    ...named(`${field}.hostname`, spec.hostname, dnsLabel),
    ...named(`${field}.subdomain`, spec.subdomain, dnsLabel),
    ...labels(`${field}.nodeSelector`, spec.nodeSelector),
    ...notNegative(`${field}.terminationGracePeriodSeconds`, spec.terminationGracePeriodSeconds),
    ...(deadline !== undefined && (deadline < 1 || deadline >= 2 ** 31)
      ? [invalid(`${field}.activeDeadlineSeconds`, deadline, 'must be between 1 and 2147483647, inclusive')]
      : []),
  ];
}

export function podTemplateRules(field: string, { metadata, spec }: PodTemplateSpec): Causes {
  return [
    ...labels(`${field}.metadata.labels`, metadata?.labels),
    ...annotations(`${field}.metadata.annotations`, metadata?.annotations),
    ...podSpecRules(`${field}.spec`, spec ?? {}),
  ];
}

function volumeRules(field: string, volumes: readonly Volume[]): Causes {
  return [
    ...each(field, volumes, (path, volume) => [
      ...named(`${path}.name`, volume.name, dnsLabel),
      ...Object.keys(volume)
        .filter((name) => name !== 'name')
        .slice(1)
        .map((source) => ({
          reason: 'FieldValueForbidden',
          message: 'Forbidden: may not specify more than 1 volume type',
          field: `${path}.${source}`,
        })),
    ]),
    ...unique(
      volumes,
      ({ name }) => name,
      (index) => `${at(field, index)}.name`,
    ),
  ];
}
