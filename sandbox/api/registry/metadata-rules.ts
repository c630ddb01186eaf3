// Rules of `metadata` (k8s.io/apimachinery/pkg/api/validation/objectmeta.go and pkg/util/validation).

import type { AnyObject, ObjectMeta, OwnerReference } from '../../kube/object.ts';
import type { StatusCause } from '../../kube/status-error.ts';
import type { ResourceType } from '../../schema/type.ts';
import { forbiddenValue, invalidValue, requiredValue } from './refusals.ts';

const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/u;
const dns1035Label = /^[a-z]([-a-z0-9]*[a-z0-9])?$/u;
const dnsSubdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/u;
const labelPart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/u;

const says = {
  label: `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
  label1035: `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`,
  subdomain: `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
  namePart: `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
  labelValue: `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
  length: (most: number) => `must be no more than ${most} characters`,
};

const annotationsLimit = 256 * 1024;
const finalizersOfGarbageCollection = new Set(['foregroundDeletion', 'orphan', 'kubernetes']);

/** Mistakes in the metadata of an object about to be stored; `old` is undefined on create. */
export function metadataMistakes(
  type: ResourceType,
  object: AnyObject,
  old: AnyObject | undefined,
): readonly StatusCause[] {
  const { metadata } = object;
  return [
    ...nameMistakes(type, metadata),
    ...labelMistakes(metadata.labels ?? {}),
    ...annotationMistakes(metadata.annotations ?? {}),
    ...(metadata.ownerReferences ?? []).flatMap(ownerMistakes),
    ...controllerMistakes(metadata.ownerReferences ?? []),
    ...(metadata.finalizers ?? []).flatMap(finalizerMistakes),
    ...(old === undefined ? [] : changeMistakes(metadata, old.metadata)),
  ];
}

/** What is wrong with a name of this type, in Kubernetes' words. */
export function nameProblems({ group, resource }: ResourceType, name: string): readonly string[] {
  if (group === 'rbac.authorization.k8s.io') {
    return name === '.' || name === '..'
      ? [`may not be '${name}'`]
      : /[/%]/u.test(name)
        ? [`may not contain '/'`]
        : [];
  }
  if (group === '' && resource === 'namespaces') return matches(name, dnsLabel, 63, says.label);
  if (group === '' && resource === 'services') return matches(name, dns1035Label, 63, says.label1035);
  return matches(name, dnsSubdomain, 253, says.subdomain);
}

/** What is wrong with a label or annotation key. */
export function keyProblems(key: string): readonly string[] {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) {
    return [
      `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const prefix = parts.length === 2 ? (parts[0] ?? '') : undefined;
  return [
    ...(prefix === undefined
      ? []
      : prefix === ''
        ? ['prefix part must be non-empty']
        : matches(prefix, dnsSubdomain, 253, says.subdomain).map((why) => `prefix part ${why}`)),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...(name.length > 63 ? [`name part ${says.length(63)}`] : []),
    ...(labelPart.test(name) ? [] : [says.namePart]),
  ];
}

export const labelValueProblems = (value: string): readonly string[] => [
  ...(value.length > 63 ? [says.length(63)] : []),
  ...(value === '' || labelPart.test(value) ? [] : [says.labelValue]),
];

function nameMistakes(type: ResourceType, { name, generateName }: ObjectMeta): readonly StatusCause[] {
  if (name === '') return [requiredValue('metadata.name', 'name or generateName is required')];
  return [
    ...(generateName === undefined || generateName === ''
      ? []
      : nameProblems(type, `${generateName}a`.replace(/-a$/u, 'a')).map((why) =>
          invalidValue('metadata.generateName', generateName, why),
        )),
    ...nameProblems(type, name).map((why) => invalidValue('metadata.name', name, why)),
  ];
}

function labelMistakes(labels: Record<string, string>): readonly StatusCause[] {
  return Object.entries(labels).flatMap(([key, value]) =>
    keyProblems(key)
      .map((why) => invalidValue('metadata.labels', key, why))
      .concat(labelValueProblems(value).map((why) => invalidValue('metadata.labels', value, why))),
  );
}

function annotationMistakes(annotations: Record<string, string>): readonly StatusCause[] {
  let size = 0;
  const mistakes = Object.entries(annotations).flatMap(([key, value]) => {
    size += key.length + value.length;
    return keyProblems(key.toLowerCase()).map((why) => invalidValue('metadata.annotations', key, why));
  });
  if (size <= annotationsLimit) return mistakes;
  return [
    ...mistakes,
    {
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${annotationsLimit} bytes`,
      field: 'metadata.annotations',
    },
  ];
}

function ownerMistakes(owner: OwnerReference, index: number): readonly StatusCause[] {
  const field = `metadata.ownerReferences[${index}]`;
  return (['apiVersion', 'kind', 'name', 'uid'] as const).flatMap((key) =>
    (owner[key] ?? '') === '' ? [invalidValue(`${field}.${key}`, '', `${key} must not be empty`)] : [],
  );
}

function controllerMistakes(owners: readonly OwnerReference[]): readonly StatusCause[] {
  if (owners.filter(({ controller }) => controller === true).length < 2) return [];
  return [
    invalidValue('metadata.ownerReferences', owners, 'Only one reference can have Controller set to true'),
  ];
}

function finalizerMistakes(finalizer: string): readonly StatusCause[] {
  const mistakes = keyProblems(finalizer).map((why) => invalidValue('metadata.finalizers', finalizer, why));
  if (finalizer.includes('/') || finalizersOfGarbageCollection.has(finalizer) || mistakes.length > 0)
    return mistakes;
  return [
    invalidValue(
      'metadata.finalizers',
      finalizer,
      'name is neither a standard finalizer name nor is it fully qualified',
    ),
  ];
}

function changeMistakes(next: ObjectMeta, old: ObjectMeta): readonly StatusCause[] {
  const added = (next.finalizers ?? []).filter((each) => !(old.finalizers ?? []).includes(each));
  return [
    ...(['name', 'namespace', 'uid', 'creationTimestamp'] as const).flatMap((key) =>
      next[key] === old[key] ? [] : [invalidValue(`metadata.${key}`, next[key] ?? '', 'field is immutable')],
    ),
    ...(old.deletionTimestamp === undefined || added.length === 0
      ? []
      : [
          forbiddenValue(
            'metadata.finalizers',
            `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((each) => JSON.stringify(each)).join(', ')}}`,
          ),
        ]),
  ];
}

function matches(value: string, pattern: RegExp, most: number, why: string): readonly string[] {
  return [...(value.length > most ? [says.length(most)] : []), ...(pattern.test(value) ? [] : [why])];
}
