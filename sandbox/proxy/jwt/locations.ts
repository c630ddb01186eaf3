// Where a provider looks for tokens (envoy source/extensions/filters/http/jwt_authn/extractor.cc).

import type { JwtProvider } from '../../envoy/jwt.ts';
import { queryParameters } from '../route/matcher.ts';
import type { RouteRequest } from '../route/route-request.ts';

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
      return value === undefined ? [] : [{ text: decodedOf(value), remove: keep }];
    }),
    ...(cookies ?? []).flatMap((name) => {
      const value = given?.get(name);
      return value === undefined ? [] : [{ text: value, remove: keep }];
    }),
  ];
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
