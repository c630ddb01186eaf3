// A VirtualService whose rules stand in others (`delegate`): istio.io/istio pilot/pkg/model/virtualservice.go.

import { isVisible } from '../kube/service.ts';
import type { HttpMatch, HttpRoute, StringMatch, VirtualService } from '../kube/virtual-service.ts';

/** The root with its delegates' rules in place; a delegate that is missing or not exported takes its rule with it. */
export function withDelegates(
  root: VirtualService,
  find: (key: string) => VirtualService | undefined,
): VirtualService {
  if (!root.http.some(({ delegate }) => delegate !== undefined)) return root;
  const http = root.http.flatMap((rule) => {
    if (rule.delegate === undefined) return [rule];
    const delegate = find(delegateKey(root, rule.delegate));
    // Only a VirtualService without hosts is a delegate.
    if (delegate === undefined || delegate.hosts.length > 0) return [];
    if (!isVisible(delegate, root.namespace)) return [];
    return delegate.http.flatMap((leaf) => merged(rule, leaf) ?? []);
  });
  return { ...root, http };
}

/** Keys of the VirtualServices this one delegates to. */
export const delegateKeys = (root: VirtualService): string[] =>
  root.http.flatMap(({ delegate }) => (delegate === undefined ? [] : [delegateKey(root, delegate)]));

const delegateKey = (root: VirtualService, { name, namespace }: NonNullable<HttpRoute['delegate']>): string =>
  `${namespace || root.namespace}/${name}`;

/** The delegate's rule, completed with the root's settings; undefined if it would match what the root's does not. */
function merged(root: HttpRoute, leaf: HttpRoute): HttpRoute | undefined {
  const match = mergedMatches(root.match ?? [], leaf.match ?? []);
  if (match === undefined) return undefined;
  const name = joined(root.name, leaf.name);
  const settings = Object.fromEntries(
    inherited.flatMap((field) => (field in root ? [[field, root[field]]] : [])),
  );
  return { ...settings, ...leaf, match, ...(name && { name }) };
}

const inherited = [
  'rewrite',
  'directResponse',
  'timeout',
  'retries',
  'fault',
  'mirror',
  'mirrorPercent',
  'mirrorPercentage',
  'mirrors',
  'corsPolicy',
  'headers',
] as const;

function mergedMatches(
  root: readonly HttpMatch[],
  leaf: readonly HttpMatch[],
): readonly HttpMatch[] | undefined {
  if (root.length === 0) return leaf;
  if (leaf.length === 0) return root;
  const all: HttpMatch[] = [];
  for (const below of leaf) {
    const compatible = root.filter((above) => !conflicts(above, below));
    if (compatible.length === 0) return undefined;
    all.push(...compatible.map((above) => mergedMatch(above, below)));
  }
  return all;
}

function mergedMatch(root: HttpMatch, leaf: HttpMatch): HttpMatch {
  const name = joined(root.name, leaf.name);
  const gateways = leaf.gateways?.length ? leaf.gateways : root.gateways;
  return {
    ...root,
    ...leaf,
    ...(name && { name }),
    headers: { ...root.headers, ...leaf.headers },
    withoutHeaders: { ...root.withoutHeaders, ...leaf.withoutHeaders },
    queryParams: { ...root.queryParams, ...leaf.queryParams },
    sourceLabels: { ...root.sourceLabels, ...leaf.sourceLabels },
    ...(gateways && { gateways }),
  };
}

const joined = (root: string | undefined, leaf: string | undefined): string | undefined =>
  root && leaf ? `${root}-${leaf}` : leaf || root;

function conflicts(root: HttpMatch, leaf: HttpMatch): boolean {
  const named = (['headers', 'withoutHeaders', 'queryParams'] as const).some((field) =>
    Object.entries(leaf[field] ?? {}).some(([name, value]) => stringsConflict(root[field]?.[name], value)),
  );
  const single = (['uri', 'scheme', 'method', 'authority'] as const).some((field) =>
    stringsConflict(root[field], leaf[field]),
  );
  return (
    named ||
    single ||
    (root.ignoreUriCase ?? false) !== (leaf.ignoreUriCase ?? false) ||
    Boolean(root.port && leaf.port && root.port !== leaf.port) ||
    Boolean(root.sourceNamespace && leaf.sourceNamespace !== root.sourceNamespace) ||
    Object.entries(leaf.sourceLabels ?? {}).some(
      ([name, value]) => (root.sourceLabels?.[name] ?? value) !== value,
    ) ||
    Boolean(root.gateways?.length && leaf.gateways?.some((gateway) => !root.gateways?.includes(gateway)))
  );
}

/** Whether the delegate's condition reaches beyond the root's. */
function stringsConflict(root: StringMatch | undefined, leaf: StringMatch | undefined): boolean {
  if (root === undefined || leaf === undefined) return false;
  if (root.regex && (leaf.regex || leaf.prefix || leaf.exact)) return true;
  if (leaf.regex && (root.regex || root.prefix || root.exact)) return true;
  if (root.exact) return Boolean(leaf.prefix) || leaf.exact !== root.exact;
  const narrower = leaf.prefix || leaf.exact;
  return !(root.prefix && narrower?.startsWith(root.prefix));
}
