// Where our proxy and the Envoy at hand may answer differently, and why. Anything else that differs is a defect.

import { networkInterfaces } from 'node:os';
import type { Facts } from './support/facts.ts';

export interface Differing {
  /** As `factsOf` names it. */
  readonly fact: string;
  readonly ours: string | undefined;
  readonly envoy: string | undefined;
  readonly bytes: string;
  /** `Case.about` */
  readonly about: unknown;
  readonly all: { readonly ours: Facts; readonly envoy: Facts };
}

export interface Difference {
  readonly reason: string;
  covers(differing: Differing): boolean;
}

/**
 * What changed in Envoy after 1.33, the one of Istio 1.25, and can be switched back: a later Envoy is told to answer as
 * that one did.
 */
export const asInEnvoy133: Readonly<Record<string, boolean>> = {
  // 1.39: values of a repeated header are matched one by one instead of joined.
  'envoy.reloadable_features.match_headers_individually': false,
  // 1.39: the body of a 503 no longer says why a connection failed.
  'envoy.reloadable_features.hide_transport_failure_reason_in_response_body': false,
  // 1.39.1: RE2 reads bytes instead of UTF-8.
  'envoy.reloadable_features.re2_use_latin1_mode': false,
};

export const differences: readonly Difference[] = [
  {
    reason: 'the connection preface of HTTP/2: Envoy goes on in HTTP/2, which this proxy does not speak',
    covers: ({ about }) => about === 'preface',
  },
  {
    reason:
      'Envoy closes a refused or upgraded connection a second later (delayed_close_timeout) without a word; we send our FIN at ' +
      'once and wait that second for the client',
    covers: ({ fact, ours, envoy, all }) =>
      fact === 'closed' &&
      ours === 'yes' &&
      envoy === undefined &&
      (all.ours.get('response connection') === 'close' || all.ours.get('log code') === '101'),
  },
  {
    reason:
      'what two parsers may read differently we refuse, where Envoy reads on (RFC 9112 §2.2, §3, §5.2, §7.1)',
    covers: ({ about, all }) =>
      typeof about === 'string' && stricter.has(about) && all.ours.get('log code') === '400',
  },
  {
    reason:
      'of a message that turns out to be broken behind its head, Envoy has sent more upstream by then; both refuse it',
    covers: ({ fact, about, all }) =>
      typeof about === 'string' &&
      brokenBehind.has(about) &&
      /^(?:tries|try 1 .*|log upstream local)$/.test(fact) &&
      all.ours.get('log code') === all.envoy.get('log code'),
  },
  {
    reason:
      'the log line of a refused head: we print what we know of it, Envoy what it had put in place by then',
    covers: ({ fact, about, all }) =>
      typeof about === 'string' &&
      /^log (?:id|path|method|protocol|forwarded for|authority|agent)$/.test(fact) &&
      /^4\d\d|^501$/.test(all.ours.get('log code') ?? '') &&
      all.ours.get('log code') === all.envoy.get('log code'),
  },
  {
    reason: 'facts §3.6: a response with x-envoy-overloaded is never retried; Envoy 1.40 does retry it',
    covers: ({ fact, bytes }) =>
      bytes.includes('x-script: 503,x-envoy-overloaded=true;200\r\n') &&
      /^(?:status|tries|try 2 .*|response x-envoy-overloaded|log (?:code|attempts))$/.test(fact),
  },
  {
    reason:
      'claims that are lists or objects have no text; a later Envoy writes them as base64 of their JSON',
    covers: ({ fact, ours, envoy }) =>
      /^try \d x-(?:groups|er)$/.test(fact) &&
      ours === undefined &&
      /^[[{]/.test(Buffer.from(envoy ?? '', 'base64').toString()),
  },
  {
    reason: 'Envoy 1.35 began to tell the upstream the host from before a rewrite, in x-envoy-original-host',
    covers: ({ fact, ours, envoy, bytes }) =>
      /^(?:try|shadow) \d+ x-envoy-original-host$/.test(fact) &&
      ours === undefined &&
      envoy === /^host: (.*)\r$/im.exec(bytes)?.[1],
  },
  {
    reason:
      'Envoy writes its own address into x-forwarded-for where the client is on loopback (ConnectionManagerUtility), and to a mirror; ' +
      'in a cluster, and in the sandbox, no client of a gateway is',
    covers: ({ fact, ours, envoy, bytes }) =>
      /^(?:(?:try|shadow) \d x-forwarded-for|log forwarded for)$/.test(fact) &&
      !/forwarded-for: .*127/i.test(bytes) &&
      envoy !== undefined &&
      ours?.replace(/(?:^|(?<=,))127\.0\.0\.1(?=,|$)/g, ownAddress()) === envoy,
  },
];

/** Names of the rows of areas/messages. */
const stricter: ReadonlySet<string> = new Set([
  'bare line feeds',
  'bare return',
  'chunk longer than its size',
  'folded line',
  'two equal hosts',
  'two hosts',
  'two spaces',
]);

const brokenBehind: ReadonlySet<string> = new Set([
  'bare line feed behind chunk size',
  'chunk size that overflows',
  'trailer with a space in its name',
  'trailers above 60 KiB',
]);

function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}
