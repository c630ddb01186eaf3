import type { ResourceType } from '../type.ts';

type Json = Record<string, unknown>;

/** The URL prefix of a group's version: `/api/v1`, `/apis/apps/v1`. */
export const prefixOf = (group: string, version: string): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`;

/**
 * The operations of a type on its collection and its objects: enough for clients to tell the kind behind a path, which
 * patches it takes and which query parameters it understands. `reference` points at the schema of its objects.
 */
export function pathsOf(type: ResourceType, version: string, reference: string, isBuiltin: boolean): Json {
  const prefix = prefixOf(type.group, version);
  const scope = type.namespaced ? '/namespaces/{namespace}' : '';
  const collection = `${prefix}${scope}/${type.resource}`;
  const kind = { group: type.group, kind: type.kind, version };
  const operation = (action: string, parameters: readonly string[], body?: Json): Json => ({
    ...(body === undefined ? {} : { requestBody: body }),
    parameters: parameters.map(queryParameter),
    responses: { '200': { description: 'OK', content: json(reference) } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind,
  });
  const write = ['dryRun', 'fieldManager', 'fieldValidation'];
  const list = [
    'fieldSelector',
    'labelSelector',
    'limit',
    'continue',
    'resourceVersion',
    'timeoutSeconds',
    'watch',
  ];
  const object: Json = {
    get: operation('get', []),
    put: operation('put', write, { content: json(reference), required: true }),
    delete: operation('delete', ['dryRun', 'gracePeriodSeconds', 'propagationPolicy']),
    patch: operation('patch', [...write, 'force'], { content: patches(isBuiltin), required: true }),
    parameters: [pathParameter('name'), ...(type.namespaced ? [pathParameter('namespace')] : [])],
  };
  const scoped: Json = {
    get: operation('list', list),
    post: operation('post', write, { content: json(reference), required: true }),
    delete: operation('deletecollection', [...list, 'dryRun', 'propagationPolicy']),
    ...(type.namespaced ? { parameters: [pathParameter('namespace')] } : {}),
  };
  return {
    ...(type.namespaced ? { [`${prefix}/${type.resource}`]: { get: operation('list', list) } } : {}),
    [collection]: scoped,
    [`${collection}/{name}`]: object,
    ...(type.subresources.status
      ? { [`${collection}/{name}/status`]: { ...object, delete: undefined } }
      : {}),
  };
}

const json = (reference: string): Json => ({ 'application/json': { schema: { $ref: reference } } });

/** Only Go's structs have the tags that a strategic merge goes by. */
const patches = (isBuiltin: boolean): Json =>
  Object.fromEntries(
    [
      'apply-patch+yaml',
      'json-patch+json',
      'merge-patch+json',
      ...(isBuiltin ? ['strategic-merge-patch+json'] : []),
    ].map((patch) => [`application/${patch}`, { schema: { type: 'object' } }]),
  );

const queryParameter = (name: string): Json => ({ name, in: 'query', schema: { type: 'string' } });

const pathParameter = (name: string): Json => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string' },
});
