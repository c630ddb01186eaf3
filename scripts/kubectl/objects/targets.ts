// What the words after a verb name: kinds, or single objects.

import { failure, KubectlError } from '../failure.ts';
import type { Discovery } from '../api/discovery.ts';
import type { Resource } from '../api/resource.ts';

export interface Target {
  readonly resource: Resource;
  readonly name: string;
}

export type Selection =
  /** All objects of the kinds, or those a selector matches. */
  | { readonly by: 'kind'; readonly resources: readonly Resource[] }
  | { readonly by: 'name'; readonly targets: readonly Target[] };

/**
 * `KIND`, `KIND,KIND`, `KIND NAME…`, `KIND/NAME…`.
 * @throws KubectlError for words that do not fit, or unknown kinds
 */
export function readSelection(args: readonly string[], discovery: Discovery): Selection {
  if (args.some((arg) => arg.includes('/'))) {
    return { by: 'name', targets: args.map((arg) => slashed(arg, discovery)) };
  }
  const [kinds = '', ...names] = args;
  const resources = kinds.split(',').flatMap((kind) => discovery.expand(kind));
  return names.length === 0
    ? { by: 'kind', resources }
    : { by: 'name', targets: names.flatMap((name) => resources.map((resource) => ({ resource, name }))) };
}

/** @throws KubectlError unless exactly one object is named; `fallback` is the kind of a bare name */
export function readTarget(args: readonly string[], discovery: Discovery, fallback?: string): Target {
  const [first = '', second] = args;
  if (first.includes('/')) return slashed(first, discovery);
  if (second === undefined) return { resource: discovery.find(fallback ?? 'pods'), name: first };
  return { resource: discovery.find(first), name: second };
}

function slashed(arg: string, discovery: Discovery): Target {
  const [kind = '', name = '', ...rest] = arg.split('/');
  if (rest.length > 0) throw failure(`arguments in resource/name form may not have more than one slash`);
  if (name === '' && !arg.includes('/')) {
    throw new KubectlError(
      "error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
    );
  }
  if (kind === '' || name === '') {
    throw failure('arguments in resource/name form must have a single resource and name');
  }
  return { resource: discovery.find(kind), name };
}
