// The request of an `http`, `traffic` or `metric` check: `get: URL`, headers, body; ports follow LAB_PORT_BASE.

import type { RequestAim } from './aim.ts';
import type { HttpCall } from './curl.ts';
import type { Fields } from './fields.ts';

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const;

/** Ports are written as on the default base; `atBase` moves them. */
export interface CallTemplate {
  readonly aim: RequestAim;
  atBase(portBase: number): HttpCall;
}

export function readCall(fields: Fields): CallTemplate {
  const given = methods.filter((method) => fields.has(method));
  const urls = methods.map((method) => fields.text(method));
  const url = urls.find((text) => text !== undefined) ?? '';
  if (given.length !== 1) {
    fields.fail(given[1], `${fields.path} needs exactly one of: ${methods.join(', ')}`);
  } else if (!/^https?:\/\/[^/]/.test(url)) {
    fields.fail(
      given[0],
      `${fields.path}.${given[0] ?? 'get'} must be a URL that starts with http:// or https://`,
    );
  }
  const headers = fields.texts('headers');
  const body = fields.text('body');
  const method = (given[0] ?? 'get').toUpperCase();
  return {
    aim: { kind: 'request', method, url, headers },
    atBase: (portBase) => ({ method, url: movePort(url, portBase), headers, body }),
  };
}

const defaultBase = 30_000;

/** `localhost:30000` … `30005` at another base. */
export const movePort = (url: string, portBase: number): string =>
  url.replace(
    /^(https?:\/\/(?:localhost|127\.0\.0\.1):)(3000[0-5])(?=[/?#]|$)/,
    (_, before: string, port: string) => `${before}${Number(port) - defaultBase + portBase}`,
  );
