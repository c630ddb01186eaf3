// Which resources the API serves, in its order of preference (aggregated discovery, Kubernetes 1.30 and later).

import { failure } from '../failure.ts';
import type { ApiClient } from './client.ts';
import { apiVersionOf, type Resource } from './resource.ts';

const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface GroupList {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly responseKind: { readonly kind: string };
        readonly scope: string;
        readonly singularResource?: string;
        readonly verbs: readonly string[];
        readonly shortNames?: readonly string[];
        readonly categories?: readonly string[];
      }[];
    }[];
  }[];
}

export class Discovery {
  /** Every version of every resource; the preferred version of a group comes first. */
  readonly all: readonly Resource[];

  private constructor(all: readonly Resource[]) {
    this.all = all;
  }

  static async open(client: ApiClient): Promise<Discovery> {
    const lists = await Promise.all(
      ['/api', '/apis'].map(async (path) => client.json<GroupList>({ path, accept })),
    );
    return new Discovery(lists.flatMap(resourcesOf));
  }

  /** By plural, singular, kind or short name, with a group and version behind dots: `deploy`, `vs.networking.istio.io`. */
  find(text: string): Resource {
    const [name = '', ...qualifiers] = text.toLowerCase().split('.');
    const found =
      this.#match(name, qualifiers.join('.')) ??
      this.#match(name, qualifiers.slice(1).join('.'), qualifiers[0]);
    if (found !== undefined) return found;
    const group = qualifiers.length === 0 ? '' : ` in group "${qualifiers.join('.')}"`;
    throw failure(`the server doesn't have a resource type "${name}"${group}`);
  }

  /** What a word of `get` stands for: `all` is a category, everything else one resource. */
  expand(text: string): readonly Resource[] {
    const inCategory = this.all.filter(({ categories }) => categories.includes(text));
    return inCategory.length > 0 ? this.#preferred(inCategory) : [this.find(text)];
  }

  /** One version of each resource. */
  preferred(): readonly Resource[] {
    return this.#preferred(this.all);
  }

  forKind(apiVersion: string, kind: string): Resource | undefined {
    return this.all.find((one) => apiVersionOf(one) === apiVersion && one.kind === kind);
  }

  #match(name: string, group: string, version?: string): Resource | undefined {
    const candidates = this.all.filter(
      (one) => (group === '' || one.group === group) && (version === undefined || one.version === version),
    );
    return (
      candidates.find(({ plural }) => plural === name) ??
      candidates.find(({ singular, kind }) => singular === name || kind.toLowerCase() === name) ??
      candidates.find(({ shortNames }) => shortNames.includes(name))
    );
  }

  #preferred(resources: readonly Resource[]): readonly Resource[] {
    const seen = new Set<string>();
    return resources.filter(({ group, plural }) => {
      const key = `${group}/${plural}`;
      return !seen.has(key) && seen.add(key);
    });
  }
}

const resourcesOf = ({ items = [] }: GroupList): readonly Resource[] =>
  items.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources = [] }) =>
      resources.map((one) => ({
        group: metadata?.name ?? '',
        version,
        plural: one.resource,
        singular: one.singularResource ?? one.responseKind.kind.toLowerCase(),
        kind: one.responseKind.kind,
        namespaced: one.scope === 'Namespaced',
        shortNames: one.shortNames ?? [],
        categories: one.categories ?? [],
        verbs: one.verbs,
      })),
    ),
  );
