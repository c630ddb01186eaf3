// Where a provider looks for tokens (envoy source/extensions/filters/http/jwt_authn/extractor.cc).

import type { JwtProvider } from '../../envoy/jwt.ts';
import { queryParameters } from '../route/matcher.ts';
import { withoutQuery, type RouteRequest } from '../route/route-request.ts';

export interface Located {
  readonly text: string;
  /** Takes it out of the request, where that is possible. */
  readonly remove: () => void;
}

export function tokensIn(
  request: RouteRequest,
  { from_headers: headers, from_params: params, from_cookies: cookies }: JwtProvider,
): Located[] {
  const isDefault = headers === undefined && params === undefined && cookies === undefined;
  const inHeaders = isDefault ? [{ name: 'authorization', value_prefix: 'Bearer ' }] : (headers ?? []);
  const inParams = isDefault ? ['access_token'] : (params ?? []);
  const keep = (): void => undefined;
  const parameters = inParams.length > 0 ? queryParameters(request.path) : undefined;
  const given = cookies === undefined ? undefined : cookiesOf(request);
  return [
    ...inHeaders.flatMap(({ name, value_prefix: prefix = '' }) => {
      const header = name.toLowerCase();
      return valuesOf(request, header).flatMap((value) => {
        const at = value.indexOf(prefix);
        if (at < 0) return [];
        const text = value.slice(at + prefix.length).replace(/^[^\w.-]+/u, '');
        return [{ text, remove: () => request.headers.remove(header) }];
      });
    }),
    ...inParams.flatMap((name) => {
      const value = parameters?.get(name);
      const remove = (): void => removeParameter(request, name);
      return value === undefined ? [] : [{ text: decodedOf(value), remove }];
    }),
    ...(cookies ?? []).flatMap((name) => {
      const value = given?.get(name);
      return value === undefined ? [] : [{ text: value, remove: keep }];
    }),
  ];
}

/** The others come out in order of their names. Envoy also decodes them, and so breaks some: they stay as they are. */
function removeParameter(request: RouteRequest, removed: string): void {
  const path = withoutQuery(request.path);
  const rest = request.path
    .slice(path.length + 1)
    .split('&')
    .map((pair): readonly [string, string] => {
      const equals = pair.indexOf('=');
      return equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    })
    .filter(([name]) => name !== '' && name !== removed)
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([name, value]) => `${name}=${value}`);
  request.path = rest.length === 0 ? path : `${path}?${rest.join('&')}`;
}

const valuesOf = ({ headers }: RouteRequest, wanted: string): string[] =>
  headers.flat.filter((_, at) => at % 2 === 1 && headers.flat[at - 1] === wanted);

function decodedOf(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function cookiesOf(request: RouteRequest): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of valuesOf(request, 'cookie').flatMap((line) => line.split(';'))) {
    const [name = '', ...rest] = pair.split('=');
    if (!cookies.has(name.trim()))
      cookies.set(
        name.trim(),
        rest
          .join('=')
          .trim()
          .replace(/^"(.*)"$/u, '$1'),
      );
  }
  return cookies;
}
