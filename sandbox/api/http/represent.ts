// Objects as a client asked for them: in its version, as rows of a table, or their metadata alone.

import type { AnyObject, NewObject } from '../../kube/object.ts';
import type { TypeVersion } from '../../schema/type.ts';
import type { Representation } from './accept.ts';
import type { ResourceRequest } from './request.ts';
import { apiVersionOfTarget } from './target.ts';

export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** The object in the version of the request; most versions differ in name only. */
export function inVersion(request: ResourceRequest, object: AnyObject): AnyObject {
  const apiVersion = apiVersionOfTarget(request);
  if (object.apiVersion === apiVersion) return object;
  return { ...(request.version.conversion?.fromStored(object) ?? object), apiVersion };
}

/** An object of the request's version as it is stored. */
export const asStored = ({ version }: ResourceRequest, object: NewObject): NewObject =>
  version.conversion?.toStored(object) ?? object;

export function representOne(
  request: ResourceRequest,
  { as }: Representation,
  object: AnyObject,
  now: number,
): unknown {
  if (as === 'Object') return inVersion(request, object);
  if (as !== 'Table') return metadataOnly(object);
  const { resourceVersion } = object.metadata;
  return tableOf(request, [object], { resourceVersion }, now, true);
}

export function representList(
  request: ResourceRequest,
  { as }: Representation,
  objects: readonly AnyObject[],
  metadata: ListMeta,
  now: number,
): unknown {
  if (as === 'Table') return tableOf(request, objects, metadata, now, true);
  if (as === 'Object') {
    return {
      kind: `${request.type.kind}List`,
      apiVersion: apiVersionOfTarget(request),
      metadata,
      items: objects.map((object) => inVersion(request, object)),
    };
  }
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    items: objects.map(metadataOnly),
  };
}

/** A `meta.k8s.io/v1` Table; a watch names the columns only in its first one. */
export function tableOf(
  request: ResourceRequest,
  objects: readonly AnyObject[],
  metadata: ListMeta,
  now: number,
  withColumns: boolean,
): unknown {
  const { version, query } = request;
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: withColumns ? columnsOf(version) : [],
    rows: objects.map((object) => ({
      cells: version.row(object, now),
      object: rowObject(request, query.get('includeObject'), object),
    })),
  };
}

function columnsOf({ columns }: TypeVersion): unknown {
  return columns.map(({ name, type, format = '', description = '', priority }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));
}

function rowObject(request: ResourceRequest, include: string | null, object: AnyObject): unknown {
  if (include === 'None') return null;
  return include === 'Object' ? inVersion(request, object) : metadataOnly(object);
}

const metadataOnly = ({ metadata }: AnyObject): unknown => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
});
