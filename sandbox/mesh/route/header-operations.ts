import type { HeaderValueOption } from '../../envoy/route.ts';
import type { HeaderOperations, Headers } from '../kube/virtual-service.ts';

/** Empty lists are left out. */
export interface EnvoyHeaderOperations {
  readonly request_headers_to_add?: readonly HeaderValueOption[];
  readonly response_headers_to_add?: readonly HeaderValueOption[];
  readonly response_headers_to_remove?: readonly string[];
  readonly request_headers_to_remove?: readonly string[];
}

export function headerOperationsOf(...levels: readonly (Headers | undefined)[]): EnvoyHeaderOperations {
  const requestAdd = levels.flatMap((level) => toAdd(level?.request));
  const requestRemove = levels.flatMap((level) => toRemove(level?.request));
  const responseAdd = levels.flatMap((level) => toAdd(level?.response));
  const responseRemove = levels.flatMap((level) => toRemove(level?.response));
  return {
    ...(requestAdd.length > 0 && { request_headers_to_add: requestAdd }),
    ...(responseAdd.length > 0 && { response_headers_to_add: responseAdd }),
    ...(responseRemove.length > 0 && { response_headers_to_remove: responseRemove }),
    ...(requestRemove.length > 0 && { request_headers_to_remove: requestRemove }),
  };
}

/** What `set` (first) or `add` of `Host` or `:authority` asks for: a rewrite, not a header. */
export function authorityOf(headers: Headers | undefined): string | undefined {
  const { set = {}, add = {} } = headers?.request ?? {};
  for (const operations of [set, add]) {
    const entry = Object.entries(operations).findLast(([name]) => isAuthority(name));
    if (entry !== undefined && entry[1] !== '') return entry[1];
  }
  return undefined;
}

const toAdd = ({ set = {}, add = {} }: HeaderOperations = {}): HeaderValueOption[] => [
  ...options(set, { append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }),
  ...options(add, {}),
];

const toRemove = ({ remove = [] }: HeaderOperations = {}): string[] =>
  remove.filter((name) => !isInternal(name));

function options(
  headers: Readonly<Record<string, string>>,
  action: Pick<HeaderValueOption, 'append_action'>,
): HeaderValueOption[] {
  return Object.entries(headers)
    .filter(([name]) => !isInternal(name))
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([key, value]) => ({ header: { key, value }, ...action }));
}

const isAuthority = (name: string): boolean => /^(?::authority|host)$/iu.test(name);
const isInternal = (name: string): boolean => name.startsWith(':') || isAuthority(name);
