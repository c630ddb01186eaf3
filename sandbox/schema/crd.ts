import type { AnyObject } from '../kube/object.ts';
import { type CrdSpec, type CrdVersion, crdSpec } from './crd-spec.ts';
import { modelSchema } from './model/model-schema.ts';
import { customColumns } from './table/custom.ts';
import type { ResourceType, Schema, TypeVersion } from './type.ts';
import { byPriority } from './version-priority.ts';

/**
 * The kind that a valid, defaulted CustomResourceDefinition declares, all its served versions. Objects keep their
 * fields from one version to the next, as with conversion strategy None.
 */
export function crdType(crd: AnyObject): ResourceType {
  const spec = crdSpec(crd);
  const { names } = spec;
  const versions = spec.versions
    .filter(({ served }) => served)
    .toSorted((a, b) => byPriority(a.name, b.name))
    .map((version) => typeVersion(spec, version));
  return {
    group: spec.group,
    resource: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    kind: names.kind,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: spec.scope === 'Namespaced',
    versions,
    storageVersion: spec.versions.find(({ storage }) => storage)?.name ?? '',
    subresources: subresources(spec),
    verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
    fields: {},
  };
}

function typeVersion(spec: CrdSpec, version: CrdVersion): TypeVersion {
  let schema: Schema | undefined;
  return {
    version: version.name,
    schema: () => (schema ??= resourceSchema(version.schema?.openAPIV3Schema)),
    ...customColumns(version.additionalPrinterColumns),
    ...(version.deprecated === true
      ? {
          deprecationWarning:
            version.deprecationWarning ?? `${spec.group}/${version.name} ${spec.names.kind} is deprecated`,
        }
      : {}),
  };
}

/** A CRD's schema says nothing of the fields that every object has. */
function resourceSchema(
  declared: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
): Schema {
  const { apiVersion, kind } = modelSchema('V1Pod').properties ?? {};
  return {
    ...declared,
    properties: {
      ...(apiVersion === undefined ? {} : { apiVersion }),
      ...(kind === undefined ? {} : { kind }),
      metadata: modelSchema('V1ObjectMeta'),
      ...Object.fromEntries(
        Object.entries(declared.properties ?? {}).filter(
          ([name]) => !['apiVersion', 'kind', 'metadata'].includes(name),
        ),
      ),
    },
  };
}

/** The storage version's: Kubernetes allows one set per version, but a type has only one here. */
function subresources({ versions }: CrdSpec): ResourceType['subresources'] {
  const declared = versions.find(({ storage }) => storage)?.subresources;
  const scale = declared?.scale;
  return { status: declared?.status !== undefined, ...(scale === undefined ? {} : { scale }) };
}
