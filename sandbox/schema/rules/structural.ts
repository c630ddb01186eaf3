// What makes a CRD's schema structural (apiextensions-apiserver, pkg/apiserver/schema/validation.go): types that are
// stated, and nothing outside them but rules on values.

import type { StatusCause } from '../../kube/status-error.ts';
import { forbidden, invalid, notSupported, required } from '../cause.ts';
import { at } from '../json.ts';
import { patternProblem } from '../pattern.ts';
import type { Schema } from '../type.ts';
import type { Causes } from './check.ts';

type Level = 'field' | 'item' | 'root';

export function structuralRules(field: string, schema: Schema): Causes {
  const causes: StatusCause[] = [];
  visit(field, schema, 'root', causes);
  return causes;
}

// Schemas are large: mistakes are collected in one list, none is made for each part.
function visit(field: string, schema: Schema, level: Level, causes: StatusCause[]): void {
  const { items, properties, additionalProperties } = schema;
  causes.push(...typeRules(field, schema, level));
  if (schema.type === 'array' && items === undefined)
    causes.push(required(`${field}.items`, 'must be specified'));
  if (additionalProperties !== undefined) {
    if (level === 'root') {
      causes.push(forbidden(`${field}.additionalProperties`, 'must not be used at the root'));
    }
    if (properties !== undefined && Object.keys(properties).length > 0) {
      const why = 'additionalProperties and properties are mutual exclusive';
      causes.push(forbidden(`${field}.additionalProperties`, why));
    }
  }
  causes.push(
    ...unsupportedRules(field, schema, level),
    ...listRules(field, schema),
    ...patternRules(field, schema),
    ...valueRules(field, schema),
  );
  if (items !== undefined) visit(`${field}.items`, items, 'item', causes);
  for (const [name, property] of Object.entries(properties ?? {})) {
    visit(at(`${field}.properties`, name), property, 'field', causes);
  }
  if (typeof additionalProperties === 'object') {
    visit(`${field}.additionalProperties`, additionalProperties, 'field', causes);
  }
}

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

const places: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

function typeRules(field: string, schema: Schema, level: Level): Causes {
  const { type } = schema;
  const isFree =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (type === undefined) return isFree ? [] : [required(`${field}.type`, places[level])];
  if (!types.includes(type)) return [notSupported(`${field}.type`, type, types)];
  return level === 'root' && type !== 'object'
    ? [invalid(`${field}.type`, type, 'must be object at the root')]
    : [];
}

const unsupported = ['$ref', 'additionalItems', 'definitions', 'dependencies', 'id', 'patternProperties'];

function unsupportedRules(field: string, schema: Schema, level: Level): Causes {
  const causes = unsupported
    .filter((word) => Object.hasOwn(schema, word))
    .map((word) => forbidden(`${field}.${word}`, `${word} is not supported`));
  if ((schema as { uniqueItems?: boolean }).uniqueItems === true) {
    const why = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    causes.push(forbidden(`${field}.uniqueItems`, why));
  }
  if (level === 'root' && schema.nullable === true) {
    causes.push(forbidden(`${field}.nullable`, 'nullable cannot be true at the root'));
  }
  return causes;
}

function listRules(field: string, schema: Schema): Causes {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (listType === undefined) {
    return keys.length === 0
      ? []
      : [
          required(
            `${field}.x-kubernetes-list-type`,
            'must be map if x-kubernetes-list-map-keys is non-empty',
          ),
        ];
  }
  if (!['atomic', 'set', 'map'].includes(listType)) {
    return [notSupported(`${field}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map'])];
  }
  if (listType !== 'map') return [];
  const properties = schema.items?.properties ?? {};
  return [
    ...(keys.length === 0
      ? [
          required(
            `${field}.x-kubernetes-list-map-keys`,
            'must not be empty if x-kubernetes-list-type is map',
          ),
        ]
      : []),
    ...(keys.every((key) => Object.hasOwn(properties, key))
      ? []
      : [
          invalid(
            `${field}.x-kubernetes-list-map-keys`,
            keys,
            'entries must all be names of item properties',
          ),
        ]),
  ];
}

function patternRules(field: string, { pattern }: Schema): Causes {
  const problem = pattern === undefined ? undefined : patternProblem(pattern);
  if (problem === undefined) return [];
  return [invalid(`${field}.pattern`, pattern, `must be a valid regular expression, but isn't: ${problem}`)];
}

/** Inside allOf, anyOf, oneOf and not stand rules on values only; Kubernetes' spelling of int-or-string may name types. */
function valueRules(field: string, schema: Schema): Causes {
  if (words.every((word) => schema[word] === undefined)) return [];
  const isIntOrString = schema['x-kubernetes-int-or-string'] === true;
  const lists = listWords.flatMap((word) =>
    (schema[word] ?? []).flatMap((nested, index) =>
      nestedRules(at(`${field}.${word}`, index), nested, isIntOrString && word !== 'oneOf'),
    ),
  );
  return schema.not === undefined ? lists : [...lists, ...nestedRules(`${field}.not`, schema.not, false)];
}

const listWords = ['allOf', 'anyOf', 'oneOf'] as const;
const words = [...listWords, 'not'] as const;

const notNested: readonly (readonly [keyof Schema, string])[] = [
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

function nestedRules(field: string, schema: Schema, mayNameTypes: boolean): Causes {
  const properties = Object.entries(schema.properties ?? {});
  return [
    ...(schema.type !== undefined && !mayNameTypes
      ? [forbidden(`${field}.type`, 'must be empty to be structural')]
      : []),
    ...notNested
      .filter(([word]) => Object.hasOwn(schema, word))
      .map(([word, why]) => forbidden(`${field}.${word}`, why)),
    ...patternRules(field, schema),
    ...properties.flatMap(([name, property]) =>
      nestedRules(at(`${field}.properties`, name), property, false),
    ),
    ...(schema.items === undefined ? [] : nestedRules(`${field}.items`, schema.items, false)),
    ...listWords.flatMap((word) =>
      (schema[word] ?? []).flatMap((nested, index) =>
        nestedRules(at(`${field}.${word}`, index), nested, mayNameTypes),
      ),
    ),
    ...(schema.not === undefined ? [] : nestedRules(`${field}.not`, schema.not, false)),
  ];
}
