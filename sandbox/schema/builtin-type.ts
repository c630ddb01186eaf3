import type { AnyObject, NewObject, ResourceName } from '../kube/object.ts';
import type { StatusCause } from '../kube/status-error.ts';
import { sameJson } from './json.ts';
import { modelSchema } from './model/model-schema.ts';
import { schemaRules } from './rules/schema-rules.ts';
import type { Printer } from './table/printer.ts';
import type { ResourceType, ScalePaths, VersionConversion } from './type.ts';
import { fillZeros } from './zero-values.ts';

/** What differs from one built-in kind to the next; everything else follows from it. */
export interface BuiltinKind extends Pick<ResourceType, 'applyDefaults' | 'validate'> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly resource: string;
  /** The generated model of its schema, such as `V1Pod`. */
  readonly model: string;
  readonly printer: Printer;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** @default true */
  readonly namespaced?: boolean;
  /** @default true: has a status subresource */
  readonly status?: boolean;
  /** @default false */
  readonly scale?: boolean;
  /** Field selectors as JSON paths: `status.phase`. */
  readonly fields?: readonly string[];
  readonly viewOf?: ResourceName;
  /** From and to the shape stored, for a view. */
  readonly conversion?: VersionConversion;
  /** Served beside `version`, which is the one stored and preferred. */
  readonly otherVersions?: readonly OtherVersion[];
}

export interface OtherVersion {
  readonly version: string;
  readonly model: string;
  readonly conversion: VersionConversion;
}

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

const scale: ScalePaths = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.status.selector',
};

export function builtinType(kind: BuiltinKind): ResourceType {
  const { columns, row } = kind.printer;
  return {
    group: kind.group,
    resource: kind.resource,
    // Endpoints is the one kind whose singular is its plural.
    singular: kind.kind.toLowerCase(),
    kind: kind.kind,
    shortNames: kind.shortNames ?? [],
    categories: kind.categories ?? [],
    namespaced: kind.namespaced ?? true,
    versions: [
      {
        version: kind.version,
        schema: () => modelSchema(kind.model),
        columns,
        row,
        ...(kind.conversion === undefined ? {} : { conversion: kind.conversion }),
      },
      ...(kind.otherVersions ?? []).map(({ version, model, conversion }) => ({
        version,
        schema: () => modelSchema(model),
        columns,
        row,
        conversion,
      })),
    ],
    storageVersion: kind.version,
    ...(kind.viewOf === undefined ? {} : { viewOf: kind.viewOf }),
    subresources: { status: kind.status ?? true, ...(kind.scale === true ? { scale } : {}) },
    verbs: kind.kind === 'Namespace' ? verbs.filter((verb) => verb !== 'deletecollection') : verbs,
    applyDefaults: (object, old) => {
      kind.applyDefaults?.(object, old);
      if (old === undefined || !sameContent(object, old)) fillZeros(modelSchema(kind.model), object);
    },
    // Most updates are of a status: what was accepted once is not judged again.
    validate: (object, old) =>
      old !== undefined && sameContent(object, old)
        ? []
        : withoutRepeats(kind.validate?.(object, old) ?? [], schemaRules(modelSchema(kind.model), object)),
    fields: Object.fromEntries((kind.fields ?? []).map((path) => [path, reader(path.split('.'))])),
  };
}

/** Whether the two differ in nothing but metadata and status. */
function sameContent(next: NewObject, old: AnyObject): boolean {
  const names = new Set([...Object.keys(next), ...Object.keys(old)]);
  names.delete('metadata');
  names.delete('status');
  return [...names].every((name) => sameJson(next[name], old[name]));
}

/** Of a field that the kind's own rules found fault with, its schema has nothing to add. */
function withoutRepeats(
  own: readonly StatusCause[],
  ofSchema: readonly StatusCause[],
): readonly StatusCause[] {
  const seen = new Set<string>();
  const judged = new Set(own.map(({ field }) => field));
  return [...own, ...ofSchema.filter(({ field }) => !judged.has(field))].filter(({ field = '', message }) => {
    const key = `${field} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Field selectors compare text; what is missing is `''`, or `false` for a flag. */
function reader(path: readonly string[]): (object: AnyObject) => string {
  const missing = path.at(-1) === 'hostNetwork' || path.at(-1) === 'unschedulable' ? 'false' : '';
  return (object) => {
    let value: unknown = object;
    for (const step of path) {
      value = typeof value === 'object' && value !== null ? (value as AnyObject)[step] : undefined;
    }
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : missing;
  };
}
