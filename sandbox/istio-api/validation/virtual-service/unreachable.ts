// Rules and matches that no request reaches: warnings only.

import type { Findings } from '../findings.ts';
import type { Message } from '../message.ts';
import { type PrefixMatch, covers, prefixMatch } from './prefix-match.ts';

/** Rules and matches are numbered from 0, or called by their names, which only those for HTTP have. */
export function unreachableRules(
  findings: Findings,
  routes: readonly Message[],
  kind: 'http' | 'tcp' | 'tls',
): void {
  const called = (message: Message, index: number): string =>
    kind === 'http' && message.text('name') !== '' ? JSON.stringify(message.text('name')) : `#${index}`;
  const unused = (rule: string, why: string): void => {
    findings.warn(`virtualService rule ${rule} not used (${why})`);
  };
  const ineffective = (rule: string, match: string, other: string): void => {
    findings.warn(
      `virtualService rule ${rule} match ${match} is not used (duplicate/overlapping match in rule ${other})`,
    );
  };

  const seen = new Map<string, string>();
  const prefixes: PrefixMatch[] = [];
  let hadMatchless = false;
  for (const [index, route] of routes.entries()) {
    const rule = called(route, index);
    const matches = route.list('match');
    if (matches.length === 0) {
      if (hadMatchless) unused(rule, 'only the last rule can have no matches');
      hadMatchless = true;
      continue;
    }
    let duplicates = 0;
    for (const [place, match] of matches.entries()) {
      const key = kind === 'http' ? match.canonical('name') : match.canonical();
      const other = seen.get(key);
      if (other !== undefined) {
        ineffective(rule, called(match, place), other);
        duplicates += 1;
        continue;
      }
      seen.set(key, rule);
      const prefix = kind === 'http' ? prefixMatch(match, rule, called(match, place)) : undefined;
      if (prefix !== undefined) prefixes.push(prefix);
    }
    if (duplicates === matches.length) unused(rule, 'all matches used by prior rules');
  }

  for (const [index, first] of prefixes.entries()) {
    for (const later of prefixes.slice(index + 1)) {
      if (later.prefix === first.prefix || !covers(first, later)) continue;
      ineffective(
        later.rule,
        `${later.match} of prefix ${later.prefix}`,
        `${first.match} of prefix ${first.prefix} on ${first.rule}`,
      );
    }
  }
}
