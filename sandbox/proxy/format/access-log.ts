import type { AccessLog } from '../../envoy/config.ts';
import type { StreamInfo } from '../stream/stream-info.ts';
import { ConfigError } from '../config-error.ts';
import { compileFormat } from './format.ts';
import { compileJsonFormat } from './json-format.ts';

export type WriteAccessLog = (info: StreamInfo, nowMs: number) => void;

/** @param log takes a line without its line break. @throws ConfigError */
export function accessLog(
  logs: readonly AccessLog[] | undefined,
  log: (line: string) => void,
  field: string,
): WriteAccessLog {
  const formats = (logs ?? []).map(({ typed_config: config }, index) => {
    const at = `${field}[${index}].typed_config`;
    if (config.path !== '/dev/stdout' && config.path !== '/dev/stderr') {
      throw new ConfigError(`${at}.path`, `"${config.path}" is not /dev/stdout or /dev/stderr`);
    }
    const format = config.log_format;
    if ('json_format' in format) return compileJsonFormat(format.json_format, `${at}.log_format.json_format`);
    const text = format.text_format_source.inline_string;
    return compileFormat(text.replace(/\n$/, ''), '-', `${at}.log_format.text_format_source.inline_string`);
  });
  return (info, nowMs) => {
    for (const format of formats) log(readable(format(info, nowMs)));
  };
}

/** Wire text to text: its bytes are read as the UTF-8 they usually are. */
function readable(line: string): string {
  return /[\u0080-\u00ff]/.test(line) ? Buffer.from(line, 'latin1').toString('utf8') : line;
}
