// How the API merges the lists of a kind, from its OpenAPI document.

import type { ApiClient } from '../api/client.ts';
import { apiVersionOf, type Resource } from '../api/resource.ts';

export interface PatchSchema {
  readonly strategies: readonly string[];
  readonly mergeKey: string | undefined;
  field(name: string): PatchSchema | undefined;
  item(): PatchSchema | undefined;
}

// Other groups are custom resources, which know no strategic merge patch.
const ownGroups = new Set(['', 'apps', 'autoscaling', 'batch', 'extensions', 'policy']);
const ownSuffixed =
  /^(?:admissionregistration|authentication|authorization|certificates|coordination|discovery|events|flowcontrol\.apiserver|internal\.apiserver|networking|node|rbac\.authorization|resource|scheduling|storage|storagemigration)\.k8s\.io$/;

/** undefined for a custom resource. @throws StatusError */
export async function patchSchemaOf(client: ApiClient, resource: Resource): Promise<PatchSchema | undefined> {
  const { group, version, kind } = resource;
  if (!ownGroups.has(group) && !ownSuffixed.test(group)) return undefined;
  const root = group === '' ? 'api' : 'apis';
  const document = await client.json<Document>({ path: `/openapi/v3/${root}/${apiVersionOf(resource)}` });
  const schemas = document.components?.schemas ?? {};
  const found = Object.values(schemas).find((schema) =>
    schema[kinds]?.some((one) => one.kind === kind && one.version === version && one.group === group),
  );
  return found === undefined ? undefined : node(found, schemas);
}

const kinds = 'x-kubernetes-group-version-kind';
const strategy = 'x-kubernetes-patch-strategy';
const mergeKey = 'x-kubernetes-patch-merge-key';

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly [kinds]?: readonly { readonly group: string; readonly version: string; readonly kind: string }[];
  readonly [strategy]?: string;
  readonly [mergeKey]?: string;
}

interface Document {
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** Strategy and merge key stand where the field is declared, its own fields behind the reference. */
function node(schema: Schema, all: Readonly<Record<string, Schema>>): PatchSchema {
  const target = resolved(schema, all);
  const child = (one: Schema | boolean | undefined): PatchSchema | undefined =>
    typeof one === 'object' ? node(one, all) : undefined;
  return {
    strategies: (schema[strategy] ?? '').split(','),
    mergeKey: schema[mergeKey],
    field: (name) => {
      const { properties = {}, additionalProperties } = target;
      return child(Object.hasOwn(properties, name) ? properties[name] : additionalProperties);
    },
    item: () => child(target.items),
  };
}

function resolved(schema: Schema, all: Readonly<Record<string, Schema>>): Schema {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (reference === undefined) return schema;
  const found = all[reference.split('/').at(-1) ?? ''];
  return found === undefined ? schema : resolved(found, all);
}
