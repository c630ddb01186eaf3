// request_headers_to_add and its kin. At one level removals come before additions (Envoy HeaderParser).

import type { HeaderValueOption } from '../../envoy/route.ts';
import { ConfigError } from '../config-error.ts';
import { compileFormat, type Format } from '../format/format.ts';
import type { Headers } from '../http1/headers.ts';
import type { StreamInfo } from '../stream/stream-info.ts';

export type HeaderOperations = (headers: Headers, info: StreamInfo, nowMs: number) => void;

/** Undefined when there is nothing to do. @throws ConfigError */
export function headerOperations(
  kind: 'request' | 'response',
  toAdd: readonly HeaderValueOption[] | undefined,
  toRemove: readonly string[] | undefined,
  field: string,
): HeaderOperations | undefined {
  const removals = (toRemove ?? []).map((name) => name.toLowerCase());
  const additions = (toAdd ?? []).map((option, index) => addition(option, `${field}[${index}].header`));
  if (removals.length === 0 && additions.length === 0) return undefined;
  const overwriting = additions.filter(({ overwrites }) => overwrites);
  const adding = additions.filter(({ overwrites }) => !overwrites);
  return (headers, info, nowMs) => {
    for (const name of removals) headers.remove(name);
    // Every value is made, and every absence seen, before the first header changes (Envoy HeaderParser::evaluateHeaders).
    const sets = overwriting.map(({ name, format }) => ({ name, value: format(info, nowMs) }));
    const adds = adding
      .filter(({ name, onlyIfAbsent }) => !onlyIfAbsent || !headers.has(name))
      .map(({ name, format }) => ({ name, value: format(info, nowMs) }));
    // Envoy drops headers that come out empty (keep_empty_value is false).
    for (const { name, value } of sets) if (value !== '') headers.set(name, value);
    for (const { name, value } of adds) if (value !== '') append(headers, name, value, oneLine[kind]);
  };
}

interface Addition {
  readonly name: string;
  readonly format: Format;
  readonly overwrites: boolean;
  readonly onlyIfAbsent: boolean;
}

/** `host` and `:authority` stand in the headers as `host` while a request is being changed. */
function addition({ header, append_action: action }: HeaderValueOption, field: string): Addition {
  const name = header.key.toLowerCase() === ':authority' ? 'host' : header.key.toLowerCase();
  if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)) {
    throw new ConfigError(`${field}.key`, `"${header.key}" is not a header name`);
  }
  // oxlint-disable-next-line no-control-regex
  if (/[\0\r\n]/.test(header.value)) throw new ConfigError(`${field}.value`, 'has a line break');
  return {
    name,
    format: compileFormat(header.value, '', `${field}.value`),
    overwrites: action === 'OVERWRITE_IF_EXISTS_OR_ADD' || name === 'host',
    onlyIfAbsent: action === 'ADD_IF_ABSENT',
  };
}

/** A header that Envoy keeps in a place of its own has one line: what is added to it joins that line. */
function append(headers: Headers, name: string, value: string, oneLine: ReadonlySet<string>): void {
  const given = oneLine.has(name) ? headers.get(name) : undefined;
  if (given === undefined) headers.add(name, value);
  else headers.set(name, `${given},${value}`);
}

/** envoy/http/header_map.h, and the custom inline headers of Envoy's own HTTP filters. */
const oneLine = {
  request: new Set([
    'accept',
    'accept-encoding',
    'authorization',
    'cache-control',
    'content-type',
    'origin',
    'user-agent',
    'via',
    'x-forwarded-for',
    'x-forwarded-proto',
    'x-request-id',
  ]),
  response: new Set([
    'access-control-allow-credentials',
    'access-control-allow-headers',
    'access-control-allow-methods',
    'access-control-allow-origin',
    'access-control-expose-headers',
    'access-control-max-age',
    'cache-control',
    'content-encoding',
    'content-type',
    'date',
    'etag',
    'server',
    'vary',
    'via',
  ]),
} as const;
