import type { StreamInfo } from '../stream/stream-info.ts';
import { ConfigError } from '../config-error.ts';
import { wireText } from '../values.ts';
import { operator } from './operators.ts';

export type Format = (info: StreamInfo, nowMs: number) => string;

/**
 * Compiles a format string with `%OPERATOR(argument):length%`s; `%%` is a percent sign.
 * The result is wire text: a character for each byte.
 * @param missing what stands for a value that is not there: "-" in access logs, "" in headers
 * @throws ConfigError for an operator the proxy does not have
 */
export function compileFormat(configured: string, missing: string, field: string): Format {
  const text = wireText(configured);
  const parts: (string | Format)[] = [];
  let at = 0;
  while (at < text.length) {
    const percent = text.indexOf('%', at);
    if (percent === -1) break;
    if (percent > at) parts.push(text.slice(at, percent));
    if (text[percent + 1] === '%') {
      parts.push('%');
      at = percent + 2;
      continue;
    }
    token.lastIndex = percent;
    const match = token.exec(text);
    if (match === null) throw new ConfigError(field, `"${text.slice(percent)}" is not a format operator`);
    parts.push(compileOperator(match, missing, field));
    at = token.lastIndex;
  }
  if (at < text.length) parts.push(text.slice(at));
  return joined(parts);
}

const token = /%([A-Z_]+)(?:\(([^)]*)\))?(?::(\d+))?%/y;

function compileOperator(
  [all, name = '', argument, length]: RegExpExecArray,
  missing: string,
  field: string,
): Format {
  const value = operator(name, argument);
  if (value === undefined) throw new ConfigError(field, `${all} is not a format operator this proxy has`);
  if (length === undefined) return (info, now) => value(info, now) ?? missing;
  const limit = Number(length);
  return (info, now) => (value(info, now) ?? missing).slice(0, limit);
}

function joined(parts: readonly (string | Format)[]): Format {
  const [only] = parts;
  if (parts.length === 0) return () => '';
  if (parts.length === 1 && only !== undefined) return typeof only === 'string' ? () => only : only;
  return (info, now) => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : part(info, now);
    return text;
  };
}
