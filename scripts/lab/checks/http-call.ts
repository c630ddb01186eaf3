// The request of an `http`, `traffic` or `metric` check: `get: URL`, headers, body; ports follow LAB_PORT_BASE.

import type { RequestAim } from './aim.ts';
import type { HttpCall } from './curl.ts';
import type { Fields } from './fields.ts';
import * as written from './written.ts';

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const;

/** Ports are written as on the default base; `atBase` moves them. */
export interface CallTemplate {
  readonly aim: RequestAim;
  atBase(portBase: number): HttpCall;
}

export function readCall(fields: Fields): CallTemplate {
  const given = fields.oneOf(methods) ?? 'get';
  const urls = new Map(methods.map((key) => [key as string, fields.as(key, written.url)]));
  const url = urls.get(given) ?? '';
  if (url !== '' && !URL.canParse(url)) fields.fail(given, `${fields.path}.${given} is no address`);
  const headers = fields.texts('headers', written.headers);
  const body = fields.anyText('body');
  fields.alone('head', ['body']);
  const method = given.toUpperCase();
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
