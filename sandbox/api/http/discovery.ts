// /api, /apis and below (apidiscovery.k8s.io/v2 in one answer, or group by group).

import type { ResourceType } from '../../schema/type.ts';
import { byPriority } from '../../schema/version-priority.ts';
import { apiVersionOf } from '../registry/types.ts';
import { acceptedTypes } from './accept.ts';
import type { ApiContext, ApiRequest } from './request.ts';
import { respond } from './respond.ts';
import { subresourcesOf, type Subresource } from './subresource-list.ts';

/** Answers a discovery path; false for any other, or an unknown group. */
export function discovery({ registry: { types } }: ApiContext, request: ApiRequest): boolean {
  const all = types.all();
  const [, root, group, version, more] = request.path.replace(/\/$/u, '').split('/');
  if (more !== undefined) return false;
  const body =
    root === 'api'
      ? version !== undefined
        ? undefined
        : group === undefined
          ? coreRoot(request, all)
          : resourceList(all, '', group)
      : root === 'apis'
        ? group === undefined
          ? groupsRoot(request, all)
          : version === undefined
            ? groupOf(all, group)
            : resourceList(all, group, version)
        : undefined;
  if (body === undefined) return false;
  if (isAggregated(request) && group === undefined) {
    request.response.setHeader('vary', 'Accept');
    respondAggregated(request, body);
  } else {
    respond(request, 200, body);
  }
  return true;
}

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Clients tell the two forms apart by the media type. */
function respondAggregated({ response }: ApiRequest, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(200, { 'content-type': aggregatedType, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function isAggregated({ message }: ApiRequest): boolean {
  for (const { type, parameters } of acceptedTypes(message.headers.accept)) {
    if (type !== 'application/json' && !type.startsWith('*')) continue;
    const as = parameters.get('as');
    if (as === undefined) return false;
    if (as === 'APIGroupDiscoveryList' && parameters.get('v') === 'v2') return true;
  }
  return false;
}

function coreRoot(request: ApiRequest, all: readonly ResourceType[]): unknown {
  if (isAggregated(request)) return aggregated(all.filter(({ group }) => group === ''));
  const serverAddress = request.message.headers.host ?? '';
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

function groupsRoot(request: ApiRequest, all: readonly ResourceType[]): unknown {
  const types = all.filter(({ group }) => group !== '');
  if (isAggregated(request)) return aggregated(types);
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groupNames(types).map((name) => groupEntry(types, name)),
  };
}

function groupOf(all: readonly ResourceType[], name: string): unknown {
  if (!groupNames(all).includes(name)) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(all, name) };
}

function groupEntry(types: readonly ResourceType[], name: string): object {
  const versions = versionsOf(types, name).map((version) => ({
    groupVersion: apiVersionOf(name, version),
    version,
  }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(all: readonly ResourceType[], group: string, version: string): unknown {
  const resources = served(all, group, version).flatMap(resourceEntries);
  if (resources.length === 0) return undefined;
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersionOf(group, version), resources };
}

function resourceEntries(type: ResourceType): readonly unknown[] {
  const { resource, singular, namespaced, kind, verbs } = type;
  const entry = { name: resource, singularName: singular, namespaced, kind, verbs, ...namesOf(type) };
  return [entry, ...subresourcesOf(type).map((each) => subresourceEntry(type, each))];
}

function subresourceEntry(
  { resource, namespaced }: ResourceType,
  { name, kind, group, version, verbs }: Subresource,
): unknown {
  const elsewhere = group === undefined ? {} : { group, version };
  return { name: `${resource}/${name}`, singularName: '', namespaced, ...elsewhere, kind, verbs };
}

function aggregated(types: readonly ResourceType[]): unknown {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groupNames(types).map((group) => ({
      metadata: { ...(group === '' ? {} : { name: group }), creationTimestamp: null },
      versions: versionsOf(types, group).map((version) => ({
        version,
        freshness: 'Current',
        resources: served(types, group, version).map((type) => aggregatedResource(type, version)),
      })),
    })),
  };
}

function aggregatedResource(type: ResourceType, version: string): unknown {
  const subresources = subresourcesOf(type).map(
    ({ name, kind, group = type.group, version: at = version, verbs }) => ({
      subresource: name,
      responseKind: { group, version: at, kind },
      verbs,
    }),
  );
  return {
    resource: type.resource,
    responseKind: { group: type.group, version, kind: type.kind },
    scope: type.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: type.singular,
    verbs: type.verbs,
    ...namesOf(type),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

const namesOf = ({ shortNames, categories }: ResourceType): object => ({
  ...(shortNames.length === 0 ? {} : { shortNames }),
  ...(categories.length === 0 ? {} : { categories }),
});

const groupNames = (types: readonly ResourceType[]): readonly string[] => [
  ...new Set(types.map(({ group }) => group)),
];

/** The preferred one first, whichever kind came first. */
function versionsOf(types: readonly ResourceType[], group: string): readonly string[] {
  const own = types.filter((type) => type.group === group);
  const versions = own.flatMap((type) => type.versions.map(({ version }) => version));
  return [...new Set(versions)].toSorted(byPriority);
}

const served = (types: readonly ResourceType[], group: string, version: string): readonly ResourceType[] =>
  types.filter((type) => type.group === group && type.versions.some((each) => each.version === version));
