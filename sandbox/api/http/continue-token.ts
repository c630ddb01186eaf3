// Where the next page of a list begins (k8s.io/apiserver, pkg/storage/continue.go).

import { badRequest } from '../registry/refusals.ts';
import type { StatusError } from '../../kube/status-error.ts';

export interface ContinueToken {
  /** The revision all pages show; undefined: whatever is there now. */
  readonly revision: number | undefined;
  /** The last object of the page before. */
  readonly after: readonly [namespace: string, name: string];
}

const version = 'meta.k8s.io/v1';

export function encodeContinue({ revision = -1, after: [namespace, name] }: ContinueToken): string {
  const start = `${namespace === '' ? '' : `${namespace}/`}${name}\0`;
  return Buffer.from(JSON.stringify({ v: version, rv: revision, start })).toString('base64url');
}

/** @throws BadRequest */
export function decodeContinue(text: string): ContinueToken {
  const { v, rv, start } = parsed(text);
  if (v !== version)
    throw malformed(`: server does not recognize this encoded version ${typeof v === 'string' ? v : ''}`);
  if (!Number.isInteger(rv) || rv === 0) {
    throw malformed(`: incorrect encoded start resourceVersion (version ${version})`);
  }
  if (typeof start !== 'string' || start === '') {
    throw malformed(`: encoded start key empty (version ${version})`);
  }
  const key = start.replace(/\0$/u, '').split('/');
  if (key.length > 2 || key.some((part) => part === '' || part === '.' || part === '..')) {
    throw malformed(`: ${start}`);
  }
  const name = key.at(-1) ?? '';
  return {
    revision: (rv as number) < 0 ? undefined : (rv as number),
    after: [key.length === 2 ? (key[0] ?? '') : '', name],
  };
}

interface Encoded {
  readonly v?: unknown;
  readonly rv?: unknown;
  readonly start?: unknown;
}

function parsed(text: string): Encoded {
  try {
    const value = JSON.parse(Buffer.from(text, 'base64url').toString()) as Encoded | null;
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Refused below, as what is JSON but no object is.
  }
  throw malformed('');
}

const malformed = (why: string): StatusError =>
  badRequest(`invalid continue token: continue key is not valid${why}`);
