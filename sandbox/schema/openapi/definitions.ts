import { isRecord } from '../json.ts';
import { fieldDescription } from '../model/field-descriptions.ts';
import { modelOf, modelSchema, structName } from '../model/model-schema.ts';
import type { ResourceType, Schema } from '../type.ts';
import { customDefinition, modelDefinition, scalarDefinitions } from './names.ts';

type Json = Record<string, unknown>;

export interface Definitions {
  /** By name, sorted, so that the same types always give the same text. */
  readonly schemas: Readonly<Record<string, Json>>;
  /** The definition of a type's version. */
  readonly nameOf: (type: ResourceType, version: string) => string;
}

/** The definitions of these types in these versions, and of everything they refer to. */
export function definitions(
  served: readonly (readonly [type: ResourceType, version: string])[],
  dialect: Dialect,
): Definitions {
  const writer = new Writer(dialect);
  for (const [type, version] of served) {
    const schema = type.versions.find((each) => each.version === version)?.schema() ?? {};
    const kind = { group: type.group, kind: type.kind, version };
    writer.add(definitionName(type, version), schema, { 'x-kubernetes-group-version-kind': [kind] });
  }
  return { schemas: writer.finish(), nameOf: definitionName };
}

/** Swagger 2 knows fewer words than OpenAPI 3, and keeps its schemas elsewhere. */
export interface Dialect {
  readonly version: 2 | 3;
  readonly references: '#/definitions/' | '#/components/schemas/';
}

function definitionName(type: ResourceType, version: string): string {
  const schema = type.versions.find((each) => each.version === version)?.schema();
  const model = schema === undefined ? undefined : modelOf(schema);
  return model === undefined ? customDefinition(type, version) : modelDefinition(model);
}

class Writer {
  readonly #dialect: Dialect;
  readonly #done = new Map<string, Json>();

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  add(name: string, schema: Schema, extensions: Json): void {
    this.#done.set(name, { ...this.#done.get(name), ...this.#struct(schema), ...extensions });
  }

  finish(): Record<string, Json> {
    return Object.fromEntries([...this.#done].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** A schema in place, its own fields included. */
  #struct(schema: Schema): Json {
    const model = modelOf(schema);
    const written: Json = {};
    for (const [word, value] of Object.entries(schema)) {
      if (word !== 'className' && !this.#isUnknown(word)) written[word] = this.#word(word, value);
    }
    if (model !== undefined) {
      written['description'] = schema.description;
      written['properties'] = this.#members(model, schema.properties ?? {});
      if ((schema.required ?? []).length > 0) written['required'] = schema.required;
    }
    return written;
  }

  #isUnknown(word: string): boolean {
    return this.#dialect.version === 2 && ['oneOf', 'anyOf', 'allOf', 'not', 'nullable'].includes(word);
  }

  #word(word: string, value: unknown): unknown {
    if (word === 'properties') return this.#map(value as Record<string, Schema>);
    if (word === 'items' || word === 'not') return this.#field(value as Schema);
    if (word === 'additionalProperties') return isRecord(value) ? this.#field(value) : value;
    if (word === 'oneOf' || word === 'anyOf' || word === 'allOf') {
      return (value as Schema[]).map((schema) => this.#field(schema));
    }
    return value;
  }

  #map(fields: Readonly<Record<string, Schema>>): Json {
    return Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, this.#field(schema)]));
  }

  /** The fields of a struct; of one that is a struct itself, it is said what it is for there. */
  #members(model: string, fields: Readonly<Record<string, Schema>>): Json {
    const file = typesFile(modelDefinition(model));
    return Object.fromEntries(
      Object.entries(fields).map(([name, schema]) => {
        const description =
          modelOf(schema) === undefined ? undefined : fieldDescription(file, structName(model), name);
        return [name, this.#field(schema, description)];
      }),
    );
  }

  /** A schema where it is used: by reference where Kubernetes has a name for it. */
  #field(schema: Schema, said?: string): Json {
    const model = modelOf(schema);
    if (model !== undefined) {
      // Custom resources have it too, and say of it what every kind does.
      const description =
        said ?? (model === 'V1ObjectMeta' ? fieldDescription('core/v1', 'Pod', 'metadata') : undefined);
      const { type: _type, className: _model, ...rest } = schema as Schema & { className: string };
      const words = schema === modelSchema(model) ? {} : rest;
      return this.#reference(this.#model(model), {
        ...words,
        ...(description === undefined ? {} : { description }),
      });
    }
    const scalar = builtinScalar(schema);
    if (scalar === undefined) return this.#struct(schema);
    this.#done.set(scalar, scalars[this.#dialect.version][scalar]);
    return this.#reference(
      scalar,
      schema.description === undefined ? {} : { description: schema.description },
    );
  }

  #model(model: string): string {
    const name = modelDefinition(model);
    if (!this.#done.has(name)) {
      // Known before it is complete, for what refers back to it.
      this.#done.set(name, {});
      this.#done.set(name, this.#struct(modelSchema(model)));
    }
    return name;
  }

  #reference(name: string, words: Json): Json {
    const reference = { $ref: `${this.#dialect.references}${name}` };
    if (Object.keys(words).length === 0) return reference;
    return this.#dialect.version === 2 ? { ...words, ...reference } : { ...words, allOf: [reference] };
  }
}

/** Where kubernetes-types declares a definition: `io.k8s.api.core.v1.PodSpec` → `core/v1`. */
const typesFile = (name: string): string => name.split('.').slice(-3, -1).join('/');

/** A custom resource's own int-or-string stays in place: only Go's types have names. */
function builtinScalar({ format, type, ...schema }: Schema): keyof (typeof scalars)[2] | undefined {
  if (format === 'quantity') return scalarDefinitions.quantity;
  if (format === 'date-time' && type === 'string') return scalarDefinitions.time;
  const isBare = Object.keys(schema).every(
    (word) => word === 'description' || word.startsWith('x-kubernetes-int'),
  );
  return schema['x-kubernetes-int-or-string'] === true && isBare ? scalarDefinitions.intOrString : undefined;
}

const anyNumber = { oneOf: [{ type: 'string' }, { type: 'number' }] };

const scalars = {
  2: {
    [scalarDefinitions.intOrString]: { type: 'string', format: 'int-or-string' },
    [scalarDefinitions.quantity]: { type: 'string' },
    [scalarDefinitions.time]: { type: 'string', format: 'date-time' },
  },
  3: {
    [scalarDefinitions.intOrString]: {
      oneOf: [{ type: 'integer' }, { type: 'string' }],
      format: 'int-or-string',
    },
    [scalarDefinitions.quantity]: anyNumber,
    [scalarDefinitions.time]: { type: 'string', format: 'date-time' },
  },
} as const;
