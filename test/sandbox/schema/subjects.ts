// Small valid objects, and how tests look at what the schemas say of them.

import type { AnyObject } from '../../../sandbox/kube/object.ts';
import type { StatusCause } from '../../../sandbox/kube/status-error.ts';
import { builtinTypes } from '../../../sandbox/schema/builtin.ts';
import type { ResourceType, TypeVersion } from '../../../sandbox/schema/type.ts';

const types = new Map(
  builtinTypes()
    .filter(({ viewOf }) => viewOf === undefined)
    .map((type) => [type.kind, type]),
);

export function typeOf(kind: string): ResourceType {
  const type = types.get(kind);
  if (type === undefined) throw new Error(`No built-in kind is called ${kind}`);
  return type;
}

export function versionOf(type: ResourceType, version = type.storageVersion): TypeVersion {
  const found = type.versions.find((each) => each.version === version);
  if (found === undefined) throw new Error(`${type.kind} is not served as ${version}`);
  return found;
}

/** An object of a built-in kind, `rest` beside its name. */
export function objectOf(kind: string, rest: Record<string, unknown> = {}): AnyObject {
  const { group, storageVersion } = typeOf(kind);
  const { metadata, ...fields } = rest;
  return {
    apiVersion: group === '' ? storageVersion : `${group}/${storageVersion}`,
    kind,
    metadata: {
      name: 'it',
      uid: '',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...(metadata as object | undefined),
    },
    ...fields,
  };
}

/** The object after Kubernetes' defaulting, as it would be stored. */
export function defaulted(object: AnyObject, old?: AnyObject): AnyObject {
  const copy = structuredClone(object);
  typeOf(object.kind).applyDefaults?.(copy, old);
  return copy;
}

/** What a create (or an update of `old`) is refused with, each mistake as the API prints it. */
export function refusals(object: AnyObject, old?: AnyObject): readonly string[] {
  const complete = defaulted(object, old);
  return printed(typeOf(object.kind).validate?.(complete, old) ?? []);
}

export const printed = (causes: readonly StatusCause[]): readonly string[] =>
  causes.map(({ field, message }) => `${field}: ${message}`);

export const container = (rest: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: 'app',
  image: 'nginx:1.27',
  ...rest,
});

export const pod = (
  container_: Record<string, unknown> = {},
  spec: Record<string, unknown> = {},
): AnyObject => objectOf('Pod', { spec: { containers: [container(container_)], ...spec } });

export const deployment = (spec: Record<string, unknown> = {}): AnyObject =>
  objectOf('Deployment', {
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container()] } },
      ...spec,
    },
  });

export const service = (spec: Record<string, unknown> = {}): AnyObject =>
  objectOf('Service', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec } });
