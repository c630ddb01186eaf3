// The request of an `http`, `traffic` or `metric` check: `get: URL`, headers, body; ports follow LAB_PORT_BASE.

import { moveHostPorts } from '../../engine/ports.ts';
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
    atBase: (portBase) => ({ method, url: moveHostPorts(url, portBase), headers, body }),
  };
}
