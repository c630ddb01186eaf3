// prefix_rewrite, regex_rewrite: what becomes of the path on its way upstream. The query always stays.

import type { RE2JS } from 're2js';
import type { RouteAction, RouteMatch } from '../../envoy/route.ts';
import { ConfigError } from '../config-error.ts';
import { wireText } from '../values.ts';
import { withoutQuery } from './route-request.ts';
import { compileRegex } from './string-matcher.ts';

export type RewritePath = (path: string) => string;

/** Undefined when the route leaves the path alone. @throws ConfigError */
export function pathRewrite(match: RouteMatch, action: RouteAction, field: string): RewritePath | undefined {
  if (action.regex_rewrite !== undefined) {
    const { pattern, substitution } = action.regex_rewrite;
    const regex = compileRegex(pattern.regex, `${field}.regex_rewrite.pattern`);
    const replacement = wireText(substitution);
    refuseUnknownGroups(replacement, regex, `${field}.regex_rewrite.substitution`);
    return onPath((path) => substitute(regex, replacement, path));
  }
  // Envoy takes an empty prefix_rewrite for none.
  if (action.prefix_rewrite === undefined || action.prefix_rewrite === '') return undefined;
  return prefixRewrite(match, wireText(action.prefix_rewrite));
}

/** A matched prefix is replaced literally; an exact or regex match is replaced as a whole. */
export function prefixRewrite(match: RouteMatch, replacement: string): RewritePath {
  const prefix = match.prefix ?? match.path_separated_prefix;
  if (prefix === undefined) return onPath(() => replacement);
  const length = wireText(prefix).length;
  return (path) => replacement + path.slice(length);
}

function onPath(change: (path: string) => string): RewritePath {
  return (path) => {
    const bare = withoutQuery(path);
    return change(bare) + path.slice(bare.length);
  };
}

/** Every match of `regex` gives way to the substitution, where `\1` is a group and `\\` a backslash (RE2::GlobalReplace). */
function substitute(regex: RE2JS, substitution: string, path: string): string {
  const matcher = regex.matcher(path);
  let result = '';
  let end = 0;
  while (matcher.find()) {
    // Nothing is matched right behind a match.
    if (matcher.start() === matcher.end() && matcher.start() === end && end > 0) continue;
    result += path.slice(end, matcher.start());
    result += substitution.replace(/\\(\d|\\)/g, (_, group: string) =>
      group === '\\' ? group : (matcher.group(Number(group)) ?? ''),
    );
    end = matcher.end();
  }
  return result + path.slice(end);
}

function refuseUnknownGroups(substitution: string, regex: RE2JS, field: string): void {
  for (const [token, group] of substitution.matchAll(/\\(.?)/g)) {
    if (group === '\\' || (/^\d$/.test(group ?? '') && Number(group) <= regex.groupCount())) continue;
    throw new ConfigError(field, `"${token}" is not a group of the expression`);
  }
}
