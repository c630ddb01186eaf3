// Names and values of headers, and the operations on them.

import type { Findings } from './findings.ts';
import { headerFormatMistake } from './header-format.ts';
import type { Message } from './message.ts';

const token = /^[!#$%&'*+\-.^_`|~A-Za-z0-9]+$/;
const pseudoHeaders = new Set([':method', ':scheme', ':authority', ':path', ':status']);
const empty = 'header name cannot be empty';
const notValid = (name: string): string => `header name ${name} is not a valid header name`;

/** `@request.auth.claims.x` or `@request.auth.claims[x]`. */
export const isJwtClaim = (name: string): boolean => /^@request\.auth\.claims(?:\..+|\[.+\])$/i.test(name);

/** A name to match on. */
export function matchedNameMistake(name: string): string | undefined {
  if (name === '') return empty;
  return isJwtClaim(name) || pseudoHeaders.has(name) || token.test(name) ? undefined : notValid(name);
}

/** A name in a CORS policy. */
export function corsNameMistake(name: string): string | undefined {
  if (name === '') return empty;
  return name === '*' || token.test(name) ? undefined : notValid(name);
}

/** A name that a client sends or a token is written to. */
export function strictNameMistake(name: string): string | undefined {
  if (name === '') return empty;
  return /^[-A-Za-z0-9]+$/.test(name) ? undefined : notValid(name);
}

/** A `headers:` block, of a rule or of one of its destinations. */
export function headerOperations(findings: Findings, headers: Message | undefined): void {
  const request = headers?.child('request');
  for (const operation of ['add', 'set']) {
    for (const [name, value] of request?.texted(operation) ?? []) {
      findings.error(requestNameMistake(name), valueMistake(value));
    }
  }
  findings.error(...(request?.texts('remove') ?? []).map(changedNameMistake));
  const response = headers?.child('response');
  for (const operation of ['add', 'set']) {
    for (const [name, value] of response?.texted(operation) ?? []) {
      findings.error(changedNameMistake(name), valueMistake(value));
    }
  }
  findings.error(...(response?.texts('remove') ?? []).map(changedNameMistake));
}

const noColon = (name: string): string =>
  `invalid header ${JSON.stringify(name)}: header cannot have ":" prefix`;

function requestNameMistake(name: string): string | undefined {
  if (name === '') return empty;
  return name.startsWith(':') && !isAuthority(name) ? noColon(name) : undefined;
}

function changedNameMistake(name: string): string | undefined {
  if (name === '') return empty;
  if (name.toLowerCase() === 'host') return `invalid header ${JSON.stringify(name)}: cannot set Host header`;
  return name.startsWith(':') ? noColon(name) : undefined;
}

function valueMistake(value: string): string | undefined {
  if (/\p{Cc}/u.test(value.replaceAll(/[\t\u0080-\u009F]/g, ''))) {
    return `header value configuration ${value} is invalid`;
  }
  const mistake = headerFormatMistake(value);
  return mistake === undefined ? undefined : `header value configuration: ${mistake}`;
}

const isAuthority = (name: string): boolean => ['host', ':authority'].includes(name.toLowerCase());

/** The Host header may be changed in one place only. */
export function authorityMistake(
  rewrite: Message | undefined,
  headers: Message | undefined,
): string | undefined {
  let current = rewrite?.text('authority') ?? '';
  for (const operation of ['set', 'add']) {
    for (const [name, value] of headers?.child('request')?.texted(operation) ?? []) {
      if (!isAuthority(name)) continue;
      if (current !== '') {
        return `authority header cannot be set multiple times: have ${JSON.stringify(current)}, attempting to set ${JSON.stringify(value)}`;
      }
      current = value;
    }
  }
  return undefined;
}
