import { apiVersionOf, type TypeTable } from '../registry/types.ts';
import type { Target } from './request.ts';

/** Reads `/api/v1/namespaces/a/pods/b/log` and its like; undefined when no such resource is served. */
export function targetOf(types: TypeTable, path: string): Target | undefined {
  const parts = path.split('/').slice(1).map(decode);
  const [group, version, rest] =
    parts[0] === 'api'
      ? ['', parts[1], parts.slice(2)]
      : parts[0] === 'apis'
        ? [parts[1] ?? '', parts[2], parts.slice(3)]
        : [undefined, undefined, []];
  if (group === undefined || version === undefined || rest.includes(undefined)) return undefined;
  const words = rest as readonly string[];
  // `/namespaces/a/status` and `/namespaces/a/finalize` are the namespace's own, not resources in it.
  const isInNamespace =
    words[0] === 'namespaces' &&
    words.length > 2 &&
    !(words.length === 3 && ownOfNamespace.has(words[2] ?? ''));
  const namespace = isInNamespace ? (words[1] ?? '') : '';
  const [resource = '', name, subresource, ...more] = isInNamespace ? words.slice(2) : words;
  const type = types.get({ group, resource });
  const served = type?.versions.find((each) => each.version === version);
  if (type === undefined || served === undefined || more.length > 0 || name === '') return undefined;
  if (isInNamespace && !type.namespaced) return undefined;
  if (type.namespaced && !isInNamespace && name !== undefined) return undefined;
  const stored = type.viewOf === undefined ? type : types.get(type.viewOf);
  if (stored === undefined) return undefined;
  const shown = stored === type ? served : { ...served, group };
  return { type: stored, version: shown, namespace, name, subresource };
}

export const apiVersionOfTarget = ({ type, version }: Target): string =>
  apiVersionOf(version.group ?? type.group, version.version);

const ownOfNamespace = new Set(['status', 'finalize']);

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
