import type { Schema } from '../type.ts';
import { allowedValues, isQuantity } from './field-values.ts';
import { fieldMergeRules, structMergeRules } from './list-keys.ts';
import { type ModelField, readModel } from './model-file.ts';

/**
 * The schema of a generated model (`V1Pod`, `CoreV1Event`). The same object for the same name, always; its parts are
 * read when they are first looked at, and may be recursive (JSONSchemaProps): don't print it as JSON.
 */
export function modelSchema(className: string): Schema {
  let schema = schemas.get(className);
  if (schema === undefined) {
    schema = new ModelSchema(className);
    schemas.set(className, schema);
  }
  return schema;
}

/** The generated model that a schema stands for; undefined for scalars, lists, maps and custom resources. */
export const modelOf = (schema: Schema): string | undefined =>
  schema instanceof ModelSchema ? schema.className : undefined;

/** Kubernetes' own name of a model's Go struct: `V1PodSpec` → `PodSpec`, `CoreV1Event` → `Event`. */
export const structName = (className: string): string => className.replace(/^.*?V\d+((alpha|beta)\d+)?/, '');

const schemas = new Map<string, Schema>();

interface Parts {
  readonly description: string;
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
}

class ModelSchema implements Schema {
  readonly type = 'object';
  readonly className: string;
  #parts: Parts | undefined;

  constructor(className: string) {
    this.className = className;
    Object.assign(this, structMergeRules(structName(className)));
  }

  get description(): string {
    return this.#read().description;
  }

  get properties(): Readonly<Record<string, Schema>> {
    return this.#read().properties;
  }

  get required(): readonly string[] {
    return this.#read().required;
  }

  #read(): Parts {
    this.#parts ??= read(this.className);
    return this.#parts;
  }
}

function read(className: string): Parts {
  const { description, fields } = readModel(className);
  const struct = structName(className);
  const properties: Record<string, Schema> = {};
  for (const field of fields) properties[field.name] = fieldSchema(struct, field);
  return {
    description,
    properties,
    required: fields.filter((field) => field.required).map((field) => field.name),
  };
}

function fieldSchema(struct: string, { name, type, format, description }: ModelField): Schema {
  const quantity = isQuantity(struct, name);
  const schema = typeSchema(
    quantity ? type.replace('string;', 'Quantity;').replace(/^string$/, 'Quantity') : type,
    format,
  );
  const merge = fieldMergeRules(struct, name, schema.type === 'array');
  const values = allowedValues(struct, name);
  // A field that is a struct keeps the struct's schema, by identity; its own description is not in the models.
  if (modelOf(schema) !== undefined) {
    return Object.keys(merge).length === 0 ? schema : Object.assign(new ModelSchema(type), merge);
  }
  return {
    ...schema,
    ...merge,
    ...(description === '' ? {} : { description }),
    ...(values === undefined ? {} : { enum: values }),
  };
}

function typeSchema(type: string, format: string): Schema {
  const scalar = scalars[type];
  if (scalar !== undefined) return scalar;
  if (type === 'string') return format === '' ? { type: 'string' } : { type: 'string', format };
  if (type === 'number') {
    return format === 'int32' || format === 'int64'
      ? { type: 'integer', format }
      : { type: 'number', format };
  }
  const items = /^Array<(.*)>$/.exec(type)?.[1];
  if (items !== undefined) return { type: 'array', items: typeSchema(items, format) };
  const values = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (values !== undefined) return { type: 'object', additionalProperties: typeSchema(values, format) };
  return modelSchema(type);
}

const scalars: Readonly<Record<string, Schema>> = {
  boolean: { type: 'boolean' },
  any: { 'x-kubernetes-preserve-unknown-fields': true },
  Date: { type: 'string', format: 'date-time' },
  V1MicroTime: { type: 'string', format: 'date-time' },
  IntOrString: { 'x-kubernetes-int-or-string': true },
  Quantity: { format: 'quantity', anyOf: [{ type: 'string' }, { type: 'number' }] },
};
