// What makes a CRD's schema structural (apiextensions-apiserver, pkg/apiserver/schema/validation.go): types that are
// stated, and nothing outside them but rules on values.

import { forbidden, invalid, notSupported, required } from '../cause.ts';
import { at } from '../json.ts';
import { compiled } from '../pattern.ts';
import type { Schema } from '../type.ts';
import type { Causes } from './check.ts';

type Level = 'field' | 'item' | 'root';

export function structuralRules(field: string, schema: Schema, level: Level = 'root'): Causes {
  const { items, properties = {}, additionalProperties } = schema;
  return [
    ...typeRules(field, schema, level),
    ...(schema.type === 'array' && items === undefined
      ? [required(`${field}.items`, 'must be specified')]
      : []),
    ...(level === 'root' && additionalProperties !== undefined
      ? [forbidden(`${field}.additionalProperties`, 'must not be used at the root')]
      : []),
    ...(additionalProperties !== undefined && Object.keys(properties).length > 0
      ? [
          forbidden(
            `${field}.additionalProperties`,
            'additionalProperties and properties are mutual exclusive',
          ),
        ]
      : []),
    ...unsupportedRules(field, schema),
    ...listRules(field, schema),
    ...patternRules(field, schema),
    ...valueRules(field, schema),
    ...(items === undefined ? [] : structuralRules(`${field}.items`, items, 'item')),
    ...Object.entries(properties).flatMap(([name, property]) =>
      structuralRules(at(`${field}.properties`, name), property, 'field'),
    ),
    ...(typeof additionalProperties === 'object'
      ? structuralRules(`${field}.additionalProperties`, additionalProperties, 'field')
      : []),
  ];
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

function unsupportedRules(field: string, schema: Schema): Causes {
  const { nullable } = schema;
  return [
    ...unsupported
      .filter((word) => Object.hasOwn(schema, word))
      .map((word) => forbidden(`${field}.${word}`, `${word} is not supported`)),
    ...((schema as { uniqueItems?: boolean }).uniqueItems === true
      ? [
          forbidden(
            `${field}.uniqueItems`,
            'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
          ),
        ]
      : []),
    ...(nullable === true && field.endsWith('openAPIV3Schema')
      ? [forbidden(`${field}.nullable`, 'nullable cannot be true at the root')]
      : []),
  ];
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
  if (pattern === undefined) return [];
  try {
    compiled(pattern);
    return [];
  } catch (error) {
    const why = `must be a valid regular expression, but isn't: ${(error as Error).message}`;
    return [invalid(`${field}.pattern`, pattern, why)];
  }
}

/** Inside allOf, anyOf, oneOf and not stand rules on values only; Kubernetes' spelling of int-or-string may name types. */
function valueRules(field: string, schema: Schema): Causes {
  const isIntOrString = schema['x-kubernetes-int-or-string'] === true;
  const lists = (['allOf', 'anyOf', 'oneOf'] as const).flatMap((word) =>
    (schema[word] ?? []).flatMap((nested, index) =>
      nestedRules(at(`${field}.${word}`, index), nested, isIntOrString && word !== 'oneOf'),
    ),
  );
  return schema.not === undefined ? lists : [...lists, ...nestedRules(`${field}.not`, schema.not, false)];
}

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
    ...(['allOf', 'anyOf', 'oneOf'] as const).flatMap((word) =>
      (schema[word] ?? []).flatMap((nested, index) =>
        nestedRules(at(`${field}.${word}`, index), nested, mayNameTypes),
      ),
    ),
    ...(schema.not === undefined ? [] : nestedRules(`${field}.not`, schema.not, false)),
  ];
}
