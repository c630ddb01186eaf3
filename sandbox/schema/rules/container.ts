// Rules of one container (pkg/apis/core/validation, validateContainers). Missing required fields and values outside
// a fixed set are found by `schemaRules`.

import type { Container, EnvVar, ResourceRequirements, VolumeMount } from 'kubernetes-types/core/v1.js';
import { invalid, notFound, notSupported, required } from '../cause.ts';
import { at } from '../json.ts';
import { quantityNanos } from '../quantity.ts';
import { type Causes, each, named, portNumber, unique } from './check.ts';
import { dnsLabel, environmentName, portName, qualifiedName } from './names.ts';
import { lifecycleRules, probeRules } from './probe.ts';

/** `volumes`: the names that the pod's mounts may use. */
export function containerRules(field: string, container: Container, volumes: ReadonlySet<string>): Causes {
  return [
    ...named(`${field}.name`, container.name, dnsLabel),
    ...imageRules(`${field}.image`, container.image ?? ''),
    ...portRules(`${field}.ports`, container),
    ...each(`${field}.env`, container.env, environmentRules),
    ...mountRules(`${field}.volumeMounts`, container.volumeMounts ?? [], volumes),
    ...lifecycleRules(`${field}.lifecycle`, container.lifecycle),
    ...probeRules(field, container),
    ...resourceRules(`${field}.resources`, container.resources ?? {}),
  ];
}

function imageRules(field: string, image: string): Causes {
  if (image === '') return [required(field)];
  return image.trim() === image
    ? []
    : [invalid(field, image, 'must not have leading or trailing whitespace')];
}

function portRules(field: string, { ports = [] }: Container): Causes {
  return [
    ...each(field, ports, (path, port) => [
      ...named(`${path}.name`, port.name, portName),
      // 0 is how Go sees a port that was left out.
      ...(port.containerPort === 0 ? [required(`${path}.containerPort`)] : []),
      ...(port.containerPort ? portNumber(`${path}.containerPort`, port.containerPort) : []),
      ...(port.hostPort ? portNumber(`${path}.hostPort`, port.hostPort) : []),
    ]),
    ...unique(
      ports,
      ({ name }) => name,
      (index) => `${at(field, index)}.name`,
    ),
  ];
}

function environmentRules(field: string, { name, value, valueFrom }: EnvVar): Causes {
  const causes = [...named(`${field}.name`, name, environmentName)];
  if (valueFrom === undefined) return causes;
  const sources = Object.keys(valueFrom);
  const from = `${field}.valueFrom`;
  if (value !== undefined && value !== '') {
    causes.push(invalid(from, '', 'may not be specified when `value` is not empty'));
  } else if (sources.length === 0) {
    causes.push(
      invalid(
        from,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
      ),
    );
  } else if (sources.length > 1) {
    causes.push(invalid(from, '', 'may not have more than one field specified at a time'));
  }
  const path = valueFrom.fieldRef?.fieldPath;
  if (
    path !== undefined &&
    path !== '' &&
    !podFields.has(path) &&
    !/^metadata\.(labels|annotations)\['[^']+'\]$/.test(path)
  ) {
    causes.push(notSupported(`${from}.fieldRef.fieldPath`, path, [...podFields]));
  }
  return causes;
}

const podFields = new Set([
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]);

function mountRules(field: string, mounts: readonly VolumeMount[], volumes: ReadonlySet<string>): Causes {
  const paths = new Set<string>();
  return each(field, mounts, (path, { name, mountPath }) => {
    const isTwice = paths.has(mountPath);
    paths.add(mountPath);
    return [
      ...(name === '' || volumes.has(name) ? [] : [notFound(`${path}.name`, name)]),
      ...(isTwice ? [invalid(`${path}.mountPath`, mountPath, 'must be unique')] : []),
    ];
  });
}

function resourceRules(field: string, { limits = {}, requests = {} }: ResourceRequirements): Causes {
  const one = (list: string, name: string, amount: string): Causes => [
    ...resourceName(`${field}.${list}`, name),
    ...((quantityNanos(amount) ?? 0n) < 0n
      ? [invalid(`${field}.${list}[${name}]`, amount, 'must be greater than or equal to 0')]
      : []),
  ];
  return [
    ...Object.entries(limits).flatMap(([name, amount]) => one('limits', name, amount)),
    ...Object.entries(requests).flatMap(([name, amount]) => one('requests', name, amount)),
    ...Object.entries(requests).flatMap(([name, amount]) =>
      exceeds(`${field}.requests`, name, amount, limits[name]),
    ),
  ];
}

function exceeds(field: string, name: string, request: string, limit: string | undefined): Causes {
  if (limit === undefined) return [];
  const [wanted = 0n, most = 0n] = [quantityNanos(request), quantityNanos(limit)];
  return wanted > most
    ? [invalid(field, request, `must be less than or equal to ${name} limit of ${limit}`)]
    : [];
}

function resourceName(field: string, name: string): Causes {
  if (name.includes('/')) return qualifiedName(name).map((why) => invalid(field, name, why));
  const isStandard = /^(cpu|memory|ephemeral-storage|hugepages-.+)$/.test(name);
  return isStandard
    ? []
    : [
        invalid(field, name, 'must be a standard resource type or fully qualified'),
        invalid(field, name, 'must be a standard resource for containers'),
      ];
}
