import type { StreamInfo } from '../stream/stream-info.ts';
import { compileFormat, type Format } from './format.ts';
import { isNumeric, operator } from './operators.ts';

/**
 * Compiles a flat `json_format` as Envoy writes it: keys in order of the alphabet, a value that is one operator alone
 * with its own type, and null for one that is not there.
 * @throws ConfigError for an operator the proxy does not have
 */
export function compileJsonFormat(formats: Readonly<Record<string, string>>, field: string): Format {
  const parts = Object.entries(formats)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, text]) => {
      const value = jsonValue(text, `${field}.${key}`);
      return (info: StreamInfo, now: number) => `${JSON.stringify(key)}:${value(info, now)}`;
    });
  return (info, now) => `{${parts.map((part) => part(info, now)).join(',')}}`;
}

function jsonValue(text: string, field: string): Format {
  const written = compileFormat(text, '-', field);
  const [, name = '', argument] = /^%([A-Z_]+)(?:\(([^)]*)\))?%$/.exec(text) ?? [];
  const value = operator(name, argument);
  if (value === undefined) return (info, now) => JSON.stringify(written(info, now));
  const asText = isNumeric(name) ? (found: string) => found : (found: string) => JSON.stringify(found);
  return (info, now) => {
    const found = value(info, now);
    return found === undefined ? 'null' : asText(found);
  };
}
