// Validation of custom resources against their OpenAPI schema, in the words of Kubernetes' validator (kube-openapi,
// pkg/validation). Not executed: `x-kubernetes-validations` (CEL); see `celRules`.

import type { StatusCause } from '../kube/status-error.ts';
import { duplicate, invalid, notSupported, required, tooLong, tooMany, typeInvalid } from './cause.ts';
import { hasFormat } from './format.ts';
import { at, child, isRecord, jsonType, sameJson } from './json.ts';
import { compiled } from './pattern.ts';
import { modelOf } from './model/model-schema.ts';
import { goObject } from './rules/go-value.ts';
import { fieldOf } from './structural.ts';
import type { Schema } from './type.ts';

/**
 * Everything in `value` that the schema of a custom resource forbids; `[]` when it is valid. Built-in kinds and every
 * object's metadata pass: their types are checked by `decodeErrors`, their rules are `ResourceType.validate`.
 */
export function validateSchema(schema: Schema, value: unknown, path = ''): readonly StatusCause[] {
  if (modelOf(schema) !== undefined) return [];
  if (value === null && schema.nullable === true) return [];
  return [
    ...wrongType(schema, value, path),
    ...combinations(schema, value, path),
    ...notInEnum(schema, value, path),
    ...(typeof value === 'number' ? numberMistakes(schema, value, path) : []),
    ...(typeof value === 'string' ? stringMistakes(schema, value, path) : []),
    ...(Array.isArray(value) ? listMistakes(schema, value, path) : []),
    ...(isRecord(value) ? objectMistakes(schema, value, path) : []),
  ];
}

function wrongType(schema: Schema, value: unknown, path: string): readonly StatusCause[] {
  const { type, format = '' } = schema;
  const types = schema['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : [type];
  const actual = jsonType(value);
  const fits = types.some(
    (one) => one === undefined || one === actual || (one === 'number' && actual === 'integer'),
  );
  // A schema without a type takes anything; null only where it is nullable or nothing is said.
  if (fits && !(actual === 'null' && type !== undefined)) return [];
  // Where a format was asked for, the validator answers in formats, if it is not text or a list.
  const isFormat = format !== '' && !['array', 'null', 'string'].includes(actual);
  const [wanted, found] = isFormat ? [format, formats[actual] ?? ''] : [types.join(','), actual];
  return [typeInvalid(path, found, `${path} in body must be of type ${wanted}: "${found}"`)];
}

const formats: Readonly<Record<string, string>> = { integer: 'int64', number: 'double' };

function notInEnum(schema: Schema, value: unknown, path: string): readonly StatusCause[] {
  if (schema.enum === undefined || schema.enum.some((allowed) => sameJson(allowed, value))) return [];
  return [notSupported(path, value, schema.enum)];
}

function combinations(schema: Schema, value: unknown, path: string): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  const whole = (text: string): StatusCause => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: "": "${path}" ${text}`,
    // Kubernetes' validator does not know the field here, and prints Go's nil path.
    field: '<nil>',
  });
  const { anyOf = [], oneOf = [], allOf = [], not } = schema;
  if (anyOf.length > 0) {
    const failures = alternatives(anyOf, value, path);
    if (failures.every((list) => list.length > 0)) {
      causes.push(whole('must validate at least one schema (anyOf)'), ...fewest(failures));
    }
  }
  if (oneOf.length > 0) {
    const failures = alternatives(oneOf, value, path);
    const valid = failures.filter((list) => list.length === 0).length;
    if (valid === 0) {
      causes.push(
        whole('must validate one and only one schema (oneOf). Found none valid'),
        ...fewest(failures),
      );
    } else if (valid > 1) {
      causes.push(whole(`must validate one and only one schema (oneOf). Found ${valid} valid alternatives`));
    }
  }
  if (allOf.length > 0) {
    const failures = alternatives(allOf, value, path).filter((list) => list.length > 0);
    if (failures.length > 0) {
      const none = failures.length === allOf.length ? '. None validated' : '';
      causes.push(...failures.flat(), whole(`must validate all the schemas (allOf)${none}`));
    }
  }
  if (not !== undefined && validateSchema(not, value, path).length === 0) {
    causes.push(whole('must not validate the schema (not)'));
  }
  return causes;
}

const alternatives = (schemas: readonly Schema[], value: unknown, path: string): (readonly StatusCause[])[] =>
  schemas.map((schema) => validateSchema(schema, value, path));

const fewest = (failures: readonly (readonly StatusCause[])[]): readonly StatusCause[] =>
  failures.reduce((best, list) => (list.length < best.length ? list : best), failures[0] ?? []);

function numberMistakes(schema: Schema, value: number, path: string): readonly StatusCause[] {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const rules: [isBroken: boolean, text: string][] = [
    [multipleOf !== undefined && value % multipleOf !== 0, `a multiple of ${multipleOf}`],
    exclusiveMaximum === true
      ? [value >= maximum, `less than ${maximum}`]
      : [value > maximum, `less than or equal to ${maximum}`],
    exclusiveMinimum === true
      ? [value <= minimum, `greater than ${minimum}`]
      : [value < minimum, `greater than or equal to ${minimum}`],
  ];
  return rules
    .filter(([isBroken]) => isBroken)
    .map(([, text]) => invalid(path, value, `${path} in body should be ${text}`));
}

function stringMistakes(schema: Schema, value: string, path: string): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  const length = Array.from(value).length;
  if (schema.maxLength !== undefined && length > schema.maxLength)
    causes.push(tooLong(path, schema.maxLength));
  if (schema.minLength !== undefined && length < schema.minLength) {
    causes.push(invalid(path, value, `${path} in body should be at least ${schema.minLength} chars long`));
  }
  if (schema.pattern !== undefined && !compiled(schema.pattern).test(value)) {
    causes.push(invalid(path, value, `${path} in body should match '${schema.pattern}'`));
  }
  if (schema.format !== undefined && !hasFormat(schema.format, value)) {
    causes.push(
      typeInvalid(path, value, `${path} in body must be of type ${schema.format}: ${JSON.stringify(value)}`),
    );
  }
  return causes;
}

function listMistakes(schema: Schema, value: readonly unknown[], path: string): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  const { items, minItems, maxItems } = schema;
  if (items !== undefined) {
    causes.push(...value.flatMap((item, index) => validateSchema(items, item, at(path, index))));
  }
  if (minItems !== undefined && value.length < minItems) {
    causes.push(invalid(path, value.length, `${path} in body should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && value.length > maxItems) causes.push(tooMany(path, value.length, maxItems));
  return [...causes, ...duplicates(schema, value, path)];
}

function duplicates(schema: Schema, value: readonly unknown[], path: string): readonly StatusCause[] {
  const listType = schema['x-kubernetes-list-type'];
  if (listType !== 'map' && listType !== 'set') return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const keyOf = (item: unknown): unknown =>
    listType === 'map' && isRecord(item)
      ? goObject(
          Object.fromEntries(keys.filter((key) => Object.hasOwn(item, key)).map((key) => [key, item[key]])),
        )
      : item;
  const seen = new Set<string>();
  return value.flatMap((item, index) => {
    const key = keyOf(item);
    const text = JSON.stringify(key);
    if (seen.has(text)) return [duplicate(at(path, index), key)];
    seen.add(text);
    return [];
  });
}

function objectMistakes(
  schema: Schema,
  value: Record<string, unknown>,
  path: string,
): readonly StatusCause[] {
  const missing = (schema.required ?? []).filter((name) => !Object.hasOwn(value, name));
  const count = Object.keys(value).length;
  const causes = missing.map((name) => required(child(path, name)));
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    causes.push(
      invalid(path, count, `${path} in body should have at least ${schema.minProperties} properties`),
    );
  }
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    causes.push(tooMany(path, count, schema.maxProperties));
  }
  return [
    ...causes,
    ...Object.entries(value).flatMap(([name, item]) => {
      const field = fieldOf(schema, name);
      return field === undefined ? [] : validateSchema(field, item, child(path, name));
    }),
  ];
}

/** Paths of the schema's CEL rules (`spec.hosts`), which are not evaluated here. */
export function celRules(schema: Schema, path = ''): readonly string[] {
  const own = schema['x-kubernetes-validations'] === undefined ? [] : [path];
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    celRules(field, child(path, name)),
  );
  const items = schema.items === undefined ? [] : celRules(schema.items, path);
  const values =
    typeof schema.additionalProperties === 'object' ? celRules(schema.additionalProperties, path) : [];
  return [...own, ...fields, ...items, ...values];
}
