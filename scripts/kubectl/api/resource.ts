// A resource the API serves: its paths and how kubectl names its objects.

export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
}

export const apiVersionOf = ({ group, version }: Resource): string =>
  group === '' ? version : `${group}/${version}`;

/** `deployments.apps`, `pods`. */
export const qualified = ({ group, plural }: Resource): string =>
  group === '' ? plural : `${plural}.${group}`;

/** `deployment.apps`, `pod`: the kind in front of a name in all of kubectl's output. */
export const kindName = ({ group, kind }: Resource): string =>
  group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;

export function pathOf(resource: Resource, namespace: string | undefined, name?: string): string {
  const root = resource.group === '' ? '/api' : `/apis/${resource.group}`;
  const scope =
    resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const tail = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${root}/${resource.version}${scope}/${resource.plural}${tail}`;
}
