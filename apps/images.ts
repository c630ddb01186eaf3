// Which public images we stand in for. Their names are the real ones, so the same manifests pull the originals on kind.

import { parseImageReference } from './image-reference.ts';
import { programs } from './programs.ts';
import type { Program } from './programs.ts';

/** A service of ours, or a box of tools that serves nothing and runs the container's command (`sleep infinity`). */
export type Image = ({ readonly kind: 'service' } & Program) | { readonly kind: 'tools' };

/** Bookinfo's releases that behave as ours does; another tag is an image that we don't have. */
const bookinfoTags: ReadonlySet<string> = new Set(['1.20.2', '1.20.3']);

interface Entry {
  readonly image: Image;
  /** Undefined takes any tag. */
  readonly tags?: ReadonlySet<string>;
}

const images: ReadonlyMap<string, Entry> = new Map([
  ...['catalog', 'webapp', 'forum'].map((name) => service(`docker.io/istioinaction/${name}`, name)),
  ...[...programs.keys()]
    .filter((name) => name.includes('-v'))
    .map((name) => service(`docker.io/istio/examples-bookinfo-${name}`, name, bookinfoTags)),
  service('docker.io/traefik/whoami', 'whoami'),
  ['docker.io/nicolaka/netshoot', { image: { kind: 'tools' } }],
  ['docker.io/curlimages/curl', { image: { kind: 'tools' } }],
]);

/** Repositories in full, sorted: what to offer when an image is not found. */
export const imageNames: readonly string[] = [...images.keys()].toSorted();

/**
 * The program for an image reference as a pod writes it (`istioinaction/catalog`, `docker.io/…:1.20.2`, `…@sha256:…`).
 * A digest is taken on trust. @returns undefined for an image that is not ours
 */
export function findImage(reference: string): Image | undefined {
  const parsed = parseImageReference(reference);
  const entry = parsed && images.get(parsed.repository);
  if (entry === undefined || parsed === undefined) return undefined;
  const isKnown = entry.tags === undefined || parsed.tag === undefined || entry.tags.has(parsed.tag);
  return isKnown ? entry.image : undefined;
}

/** The name in programs.ts of the service that stands in for an image; undefined when none does. */
export function appOfImage(reference: string): string | undefined {
  const image = findImage(reference);
  if (image?.kind !== 'service') return undefined;
  return [...programs].find(([, { create, env }]) => create === image.create && env === image.env)?.[0];
}

function service(repository: string, name: string, tags?: ReadonlySet<string>): [string, Entry] {
  const program = programs.get(name);
  if (program === undefined) throw new Error(`There is no program named ${name}`);
  return [repository, { image: { kind: 'service', ...program }, ...(tags === undefined ? {} : { tags }) }];
}
