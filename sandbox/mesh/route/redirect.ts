import type { RedirectAction } from '../../envoy/route.ts';
import type { Redirect } from '../kube/virtual-service.ts';

/** Undefined for a code that Envoy has no answer for: the route then does nothing. `listenPort` is the port served. */
export function redirectOf(redirect: Redirect, listenPort: number): RedirectAction | undefined {
  const code = redirect.redirectCode || 301;
  if (!Object.hasOwn(responseCodes, code)) return undefined;
  const port = redirect.derivePort === 'FROM_REQUEST_PORT' ? listenPort : (redirect.port ?? 0);
  const schemesOwn = port === ((redirect.scheme ?? 'http') === 'https' ? 443 : 80);
  return {
    ...(redirect.authority && { host_redirect: redirect.authority }),
    ...(redirect.uri && { path_redirect: redirect.uri }),
    ...(code !== 301 && { response_code: responseCodes[code as keyof typeof responseCodes] }),
    ...(redirect.scheme && { scheme_redirect: redirect.scheme }),
    ...(port > 0 && !schemesOwn && { port_redirect: port }),
  };
}

const responseCodes = {
  301: 'MOVED_PERMANENTLY',
  302: 'FOUND',
  303: 'SEE_OTHER',
  307: 'TEMPORARY_REDIRECT',
  308: 'PERMANENT_REDIRECT',
} as const;
