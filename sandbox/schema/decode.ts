// Built-in kinds are Go structs in Kubernetes: a wrong type is refused while decoding, before any validation.

import { child, isRecord, jsonType } from './json.ts';
import { modelOf, structName } from './model/model-schema.ts';
import { isQuantityText } from './quantity.ts';
import type { Schema } from './type.ts';

/**
 * Why Go could not read `value` into the kind's struct, first mistake first: `json: cannot unmarshal string into Go
 * struct field DeploymentSpec.spec.replicas of type int32`. The API puts `Deployment in version "v1" cannot be handled
 * as a Deployment: ` before it and answers BadRequest. Parts that are not built in (the spec of a custom resource) are
 * left to `validateSchema`.
 */
export function decodeErrors(schema: Schema, value: unknown): readonly string[] {
  const errors: string[] = [];
  visit(schema, value, { struct: '', path: '', words: unmarshalling }, errors);
  return errors;
}

/**
 * The same of fields that were put together by a strategic merge patch, and are not read as JSON again but copied into
 * the struct (apimachinery, runtime/converter.go): `unrecognized type: int32`.
 */
export function conversionErrors(schema: Schema, value: unknown): readonly string[] {
  const errors: string[] = [];
  visit(schema, value, { struct: '', path: '', words: converting }, errors);
  return errors;
}

interface Words {
  readonly cannot: (value: unknown, place: Place, schema: Schema) => string;
  /** Types that read themselves are given JSON in either case, and do not know where they are. */
  readonly cannotRead: (value: unknown, place: Place, type: string) => string;
  readonly base64: string;
}

interface Place {
  /** The Go struct that holds the field. */
  readonly struct: string;
  /** Where it is, without the positions in lists. */
  readonly path: string;
  readonly words: Words;
}

function visit(schema: Schema, value: unknown, place: Place, errors: string[]): void {
  // Go leaves a field alone when it reads null.
  if (value === null || value === undefined) return;
  const model = modelOf(schema);
  const message = mismatch(schema, value, place);
  if (message !== undefined) {
    errors.push(message);
    return;
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) for (const item of value) visit(items, item, place, errors);
    return;
  }
  if (!isRecord(value)) return;
  const isCustomResource = model === undefined && place.path === '';
  for (const [name, item] of Object.entries(value)) {
    const field = schema.properties?.[name];
    const inside: Place = {
      ...place,
      struct: model === undefined ? place.struct : structName(model),
      // Of a custom resource only the metadata is a Go struct, and read by itself.
      path: isCustomResource ? '' : child(place.path, name),
    };
    if (field !== undefined) {
      const isKnown =
        !isCustomResource || modelOf(field) !== undefined || name === 'kind' || name === 'apiVersion';
      if (isKnown) visit(field, item, inside, errors);
    } else if (typeof schema.additionalProperties === 'object') {
      // A map is one Go field: its keys are not part of the name.
      visit(schema.additionalProperties, item, place, errors);
    }
  }
}

function mismatch(schema: Schema, value: unknown, place: Place): string | undefined {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return undefined;
  if (schema.format === 'quantity') return quantityMistake(value);
  if (schema['x-kubernetes-int-or-string'] === true) {
    const isFine = typeof value === 'string' || Number.isInteger(value);
    return isFine ? undefined : place.words.cannotRead(value, place, 'int32');
  }
  if (fits(schema, value)) {
    if (schema.format === 'byte') return base64Mistake(String(value), place.words.base64);
    return schema.format === 'date-time' ? timeMistake(value) : undefined;
  }
  return place.words.cannot(value, place, schema);
}

function fits({ type, format }: Schema, value: unknown): boolean {
  if (type === undefined) return true;
  if (type === 'integer') {
    return Number.isInteger(value) && (format !== 'int32' || (value as number) === ((value as number) | 0));
  }
  return type === 'number' ? typeof value === 'number' : jsonType(value) === type;
}

const unmarshalling: Words = {
  cannot: (value, place, schema) => cannotUnmarshal(value, place, goType(schema)),
  cannotRead: cannotUnmarshal,
  base64: '',
};

const converting: Words = {
  cannot: cannotConvert,
  cannotRead: (value, place, type) => cannotUnmarshal(value, { ...place, path: '' }, type),
  base64: 'error decoding from json: ',
};

function cannotConvert(value: unknown, _: Place, schema: Schema): string {
  const kind = reflectKind(value);
  const type = goType(schema);
  if (modelOf(schema) !== undefined) return `cannot restore struct from: ${kind}`;
  if (schema.type === 'object') return `cannot restore map from ${kind}`;
  if (schema.type === 'array') return `cannot restore slice from ${kind}`;
  // Go turns any integer into a string, and floats into integers: just not here.
  const isConvertible = kind === 'int64' ? type === 'string' : kind === 'float64' && type.startsWith('int');
  return isConvertible ? `cannot convert ${kind} to ${type}` : `unrecognized type: ${type}`;
}

function reflectKind(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'slice' : isRecord(value) ? 'map' : typeof value;
}

function cannotUnmarshal(value: unknown, { struct, path }: Place, type: string): string {
  const what = typeof value === 'number' && type.startsWith('int') ? `number ${value}` : goKind(value);
  const target = path === '' ? 'Go value' : `Go struct field ${struct}.${path}`;
  return `json: cannot unmarshal ${what} into ${target} of type ${type}`;
}

const goKind = (value: unknown): string =>
  typeof value === 'boolean'
    ? 'bool'
    : isRecord(value)
      ? 'object'
      : Array.isArray(value)
        ? 'array'
        : typeof value;

function goType(schema: Schema): string {
  const model = modelOf(schema);
  if (model !== undefined)
    return `${/V\d+\w*?(?=[A-Z])/.exec(model)?.[0].toLowerCase() ?? 'v1'}.${structName(model)}`;
  if (schema.type === 'array') return `[]${goType(schema.items ?? {})}`;
  if (schema.type === 'object') {
    const values = schema.additionalProperties;
    return `map[string]${typeof values === 'object' ? goType(values) : 'interface {}'}`;
  }
  if (schema.type === 'integer') return schema.format ?? 'int64';
  return schema.type === 'number' ? 'float64' : schema.type === 'boolean' ? 'bool' : 'string';
}

function quantityMistake(value: unknown): string | undefined {
  const text = String(value);
  if (isQuantityText(text)) return undefined;
  if (/^[+-]?[0-9.]+[eEinumkKMGTP]+[-+]?[0-9]*$/.test(text)) return "unable to parse quantity's suffix";
  return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

function timeMistake(value: unknown): string | undefined {
  const text = String(value);
  if (rfc3339.test(text) && !Number.isNaN(Date.parse(text))) return undefined;
  return `parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`;
}

/** As encoding/base64 reads it: line ends are skipped, groups of four are whole. */
function base64Mistake(value: string, before: string): string | undefined {
  const [read = ''] = /^(?:[A-Za-z0-9+/\r\n])*/.exec(value) ?? [];
  const padding = value.slice(read.length);
  const letters = read.replaceAll(/[\r\n]/g, '').length % 4;
  const isPadded =
    letters === 0
      ? padding === ''
      : letters > 1 && /^[\r\n=]*$/.test(padding) && padding.replaceAll(/[\r\n]/g, '').length === 4 - letters;
  if (isPadded) return undefined;
  const at = padding === '' || (padding.startsWith('=') && letters > 1) ? read.length - letters : read.length;
  return `${before}illegal base64 data at input byte ${at}`;
}
