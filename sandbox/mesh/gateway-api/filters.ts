import type { HeaderOperations, HttpRoute, Redirect, Rewrite } from '../kube/virtual-service.ts';
import type { HeaderModifier, RouteFilter, RouteMatch } from './resources.ts';

/** Before a replacement in a redirect: it takes the place of the matched prefix only. */
export const prefixMark = '%PREFIX()%';

export function headerOperations({ set, add, remove }: HeaderModifier = {}): HeaderOperations {
  const byName = (list: HeaderModifier['set'] = []): Record<string, string> =>
    Object.fromEntries(list.map(({ name, value }) => [name, value]));
  return {
    ...(set && { set: byName(set) }),
    ...(add && { add: byName(add) }),
    ...(remove && { remove }),
  };
}

/** Without a port the request's is kept; with another scheme it is that scheme's. */
export function redirectOf(filter: NonNullable<RouteFilter['requestRedirect']>, match: RouteMatch): Redirect {
  const { scheme, hostname, port, path, statusCode = 302 } = filter;
  const prefix = path?.replacePrefixMatch;
  return {
    redirectCode: statusCode,
    ...(hostname !== undefined && { authority: hostname }),
    ...(scheme !== undefined && { scheme }),
    ...(port === undefined
      ? { derivePort: scheme === undefined ? 'FROM_REQUEST_PORT' : 'FROM_PROTOCOL_DEFAULT' }
      : { port }),
    ...(path?.replaceFullPath !== undefined && { uri: path.replaceFullPath }),
    ...(prefix !== undefined && { uri: `${prefixMark}${atRoot(prefix, match)}` }),
  };
}

export function rewriteOf(
  { hostname, path }: NonNullable<RouteFilter['urlRewrite']>,
  match: RouteMatch,
): Rewrite {
  const replacement = path?.replacePrefixMatch;
  return {
    ...(hostname !== undefined && { authority: hostname }),
    ...(path?.replaceFullPath !== undefined && {
      uriRegexRewrite: { match: '/.*', rewrite: path.replaceFullPath },
    }),
    ...(replacement !== undefined && prefixRewrite(replacement, match)),
  };
}

/** `/` takes the prefix away, and leaves one slash. */
function prefixRewrite(replacement: string, match: RouteMatch): Rewrite {
  const uri = replacement.replace(/\/$/u, '');
  if (uri !== '') return { uri: atRoot(uri, match) };
  const prefix = (match.path?.value ?? '/').replace(/\/$/u, '');
  const literal = prefix.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`);
  return { uriRegexRewrite: { match: `^${literal}(/?)(.*)`, rewrite: String.raw`/\2` } };
}

/** The prefix `/` is the slash itself: what replaces it has to end with one. */
const atRoot = (replacement: string, { path }: RouteMatch): string =>
  (path?.value ?? '/') === '/' ? `${replacement.replace(/\/$/u, '')}/` : replacement;

/** Share of the requests that are copied, in per cent. */
export function mirrorShare({ percent, fraction }: NonNullable<RouteFilter['requestMirror']>): number {
  if (percent !== undefined) return percent;
  return fraction === undefined ? 100 : (fraction.numerator * 100) / (fraction.denominator ?? 100);
}

export type Mirror = NonNullable<HttpRoute['mirrors']>[number];
