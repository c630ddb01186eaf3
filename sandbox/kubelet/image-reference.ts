// How a container runtime names an image once it has it, and the containers it makes.

import { createHash } from 'node:crypto';
import { parseImageReference } from '../../apps/image-reference.ts';
import type { Random } from '../clock/clock.ts';

/** `istioinaction/catalog` → `docker.io/istioinaction/catalog:latest`. What is no reference stays as it is. */
export function fullImageName(image: string): string {
  const reference = parseImageReference(image);
  if (reference === undefined) return image;
  const { repository, tag, digest } = reference;
  return `${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** The name with a digest. The sandbox has no layers to hash: the digest is that of the name. */
export function imageId(image: string): string {
  const full = fullImageName(image);
  if (full.includes('@')) return full;
  return `${full.slice(0, full.lastIndexOf(':'))}@sha256:${createHash('sha256').update(full).digest('hex')}`;
}

/** Kubernetes' default: `Always` for `:latest` (or no tag), else `IfNotPresent`. */
export const defaultPullPolicy = (image: string): 'Always' | 'IfNotPresent' =>
  fullImageName(image).endsWith(':latest') ? 'Always' : 'IfNotPresent';

export const newContainerId = (random: Random): string => `containerd://${newId(random)}`;

export const newId = (random: Random): string =>
  Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join('');
