// request_headers_to_add and its kin. At one level removals come before additions (Envoy HeaderParser).

import type { HeaderValueOption } from '../../envoy/route.ts';
import { ConfigError } from '../config-error.ts';
import { compileFormat } from '../format/format.ts';
import type { Headers } from '../http1/headers.ts';
import type { StreamInfo } from '../stream/stream-info.ts';
import { wireText } from '../values.ts';

export type HeaderOperations = (headers: Headers, info: StreamInfo, nowMs: number) => void;

/** Undefined when there is nothing to do. @throws ConfigError */
export function headerOperations(
  toAdd: readonly HeaderValueOption[] | undefined,
  toRemove: readonly string[] | undefined,
  field: string,
): HeaderOperations | undefined {
  const removals = (toRemove ?? []).map((name) => name.toLowerCase());
  const additions = (toAdd ?? []).map((option, index) => addition(option, `${field}[${index}].header`));
  if (removals.length === 0 && additions.length === 0) return undefined;
  return (headers, info, nowMs) => {
    for (const name of removals) headers.remove(name);
    for (const add of additions) add(headers, info, nowMs);
  };
}

/** `host` and `:authority` stand in the headers as `host` while a request is being changed. */
function addition({ header, append_action: action }: HeaderValueOption, field: string): HeaderOperations {
  const name = header.key.toLowerCase() === ':authority' ? 'host' : header.key.toLowerCase();
  if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)) {
    throw new ConfigError(`${field}.key`, `"${header.key}" is not a header name`);
  }
  // oxlint-disable-next-line no-control-regex
  if (/[\0\r\n]/.test(header.value)) throw new ConfigError(`${field}.value`, 'has a line break');
  const format = compileFormat(wireText(header.value), '', `${field}.value`);
  return (headers, info, nowMs) => {
    const value = format(info, nowMs);
    // Envoy drops headers that come out empty (keep_empty_value is false).
    if (value === '') return;
    if (action === 'OVERWRITE_IF_EXISTS_OR_ADD' || name === 'host') headers.set(name, value);
    else if (action !== 'ADD_IF_ABSENT' || !headers.has(name)) headers.add(name, value);
  };
}
