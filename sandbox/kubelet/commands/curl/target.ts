// URLs as curl reads them: leniently, and passed on as they were written.

import { CurlError } from './curl-error.ts';

export interface Target {
  /** With the scheme, as `%{url_effective}` shows it. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** As in the Host header: without the scheme's own port. */
  readonly authority: string;
  /** Path and query, as sent. */
  readonly path: string;
  /** `user:password` of the URL. */
  readonly user: string | undefined;
}

/** @throws CurlError 3 for what is no URL, 1 for a scheme other than http */
export function parseTarget(text: string): Target {
  const match =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(?:([^/?#@]*)@)?([^/?#:@]*|\[[^\]]*\])(?::([^/?#]*))?([/?#].*)?$/s.exec(
      text,
    );
  const [, scheme = 'http', user, host = '', portText = '', rest = ''] = match ?? [];
  const port = portText === '' ? 80 : Number(portText);
  // oxlint-disable-next-line no-control-regex
  if (match === null || host === '' || /[\s\u0000-\u001f]/.test(text) || !isPort(port)) {
    throw illegal();
  }
  if (scheme.toLowerCase() !== 'http') {
    throw new CurlError(1, `Protocol "${scheme}" not supported or disabled in libcurl`);
  }
  const [sent = ''] = rest.split('#');
  const path = sent.startsWith('/') ? sent : `/${sent}`;
  return {
    url: `http://${user === undefined ? '' : `${user}@`}${host}${portText === '' ? '' : `:${portText}`}${path}`,
    host,
    port,
    authority: port === 80 ? host : `${host}:${port}`,
    path: withoutDots(path),
    user,
  };
}

/** Where a redirect leads. @throws CurlError 3 */
export function redirectTarget(from: Target, location: string): Target {
  if (!URL.canParse(location, from.url)) throw illegal();
  return parseTarget(new URL(location, from.url).href);
}

const illegal = (): CurlError => new CurlError(3, 'URL using bad/illegal format or missing URL');

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 0 && port <= 65_535;

/** Removes `.` and `..` as RFC 3986, 5.2.4 says, and sends bytes beyond ASCII as they are. */
function withoutDots(path: string): string {
  const [before = '', ...query] = path.split('?');
  const segments: string[] = [];
  const parts = before.split('/').slice(1);
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    if (part === '..') segments.pop();
    if (part === '.' || part === '..') {
      if (last) segments.push('');
    } else segments.push(part);
  }
  const sent = [`/${segments.join('/')}`, ...query].join('?');
  return Buffer.from(sent).toString('latin1');
}
