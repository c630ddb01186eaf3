import { ConfigError } from '../config-error.ts';
import type { Matches } from '../route/string-matcher.ts';

/** What may stand in a path's segment (envoy source/extensions/path/uri_template_lib). */
const literal = "[a-zA-Z0-9\\-._~%!$&'()+,;:@=]";

/**
 * `/a/*` + `/b` with one segment for `*`, and any number of them, none too, for `**`.
 * @throws ConfigError
 */
export function uriTemplate(template: string, field: string): Matches {
  if (!template.startsWith('/')) throw new ConfigError(field, `"${template}" does not begin with a slash`);
  const expression = template
    .split('/')
    .map((segment) => {
      if (segment === '*') return `${literal}+`;
      if (segment === '**') return `(?:${literal}|/)*`;
      return segment.replaceAll(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`);
    })
    .join('/');
  const compiled = new RegExp(`^${expression}$`, 'u');
  return (path) => compiled.test(path);
}
