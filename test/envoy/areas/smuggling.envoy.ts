// Connections whose messages could be read in more than one way. Envoy reads on in some of them, where we refuse, so what
// is compared is what the app behind gets, and the answer to the first message that is none.

import * as fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import type { ProxyConfig } from '../../../sandbox/envoy/config.ts';
import type { Route } from '../../../sandbox/envoy/route.ts';
import { atGateway, cluster, endpoints } from '../../sandbox/proxy/support/config.ts';
import { smuggled } from '../../sandbox/proxy/support/smuggled.ts';
import { readStrictly, type Reading, type ReadRequest } from '../../sandbox/proxy/support/strict-reader.ts';
import { talk, type Answer } from '../../sandbox/proxy/support/talk.ts';
import { startTellingApp } from '../../sandbox/proxy/support/telling-app.ts';
import { host, httpListener } from '../support/config.ts';
import { startEnvoy } from '../support/envoy-process.ts';
import { startOurs } from '../support/our-proxy.ts';

const count = 2000;
const seed = 20_250_401;
/** For what a proxy says of the rest when the requests before it are answered. */
const lingerMs = 60;

const forward: Route = { match: { prefix: '/' }, route: { cluster: 'a', timeout: '0s' } };
const config = (port: number): ProxyConfig => ({
  listeners: [
    httpListener('gateway', 80, [host('all', ['*'], [forward])], atGateway),
    httpListener('sidecar', 81, [host('all', ['*'], [forward])]),
  ],
  routes: [],
  clusters: [cluster('a')],
  endpoints: [endpoints('a', [port])],
});

it.each(['gateway', 'sidecar'])(
  'forwards the same requests at a %s, and refuses what is none with the same status',
  async (listener) => {
    await using app = await startTellingApp();
    const ours = await startOurs(config(app.port));
    const envoy = await startEnvoy(config(app.port));
    const differing: string[] = [];
    const seen = { same: 0, 'Envoy read on where we refused': 0 };
    const queue = fc.sample(smuggled(), { numRuns: count, seed }).values();
    const work = async (): Promise<void> => {
      for (const pieces of queue) {
        const bytes = pieces.join('');
        const reading = readStrictly(bytes);
        const outcome = async (port = 0): Promise<Outcome> =>
          outcomeOf(
            await talk(port, pieces, reading.requests.length, reading.rest === 'none' ? 0 : lingerMs),
          );
        const [our, its] = await Promise.all([
          outcome(ours.ports.get(listener)),
          outcome(envoy.ports.get(listener)),
        ]);
        if (isDeepStrictEqual(our, its)) seen.same += 1;
        else if (isStricter(reading, bytes, our, its)) seen['Envoy read on where we refused'] += 1;
        else
          differing.push(
            `${JSON.stringify(bytes)}\n  ours ${JSON.stringify(our)}\n  Envoy ${JSON.stringify(its)}`,
          );
      }
    };
    await Promise.all(Array.from({ length: 16 }, work));
    await Promise.all([ours.stop(), envoy.stop()]);
    process.stdout.write(`smuggling at a ${listener}: ${JSON.stringify(seen)}\n`);
    expect(differing.join('\n')).toBe('');
  },
);

interface Outcome {
  readonly served: readonly ReadRequest[];
  /** Statuses of the answers that are the proxy's own. */
  readonly refused: readonly number[];
}

const outcomeOf = (answers: readonly Answer[]): Outcome => ({
  served: answers.flatMap(({ seen }) => (seen === undefined ? [] : [seen])),
  refused: answers.flatMap(({ seen, status }) => (seen === undefined ? [status] : [])),
});

/**
 * What we served Envoy did as well, and it went on with what a strict reader would not. Of two mistakes in one head, each
 * names the one that it does not overlook.
 */
function isStricter({ requests, rest }: Reading, bytes: string, our: Outcome, its: Outcome): boolean {
  if (rest === 'none' || !isDeepStrictEqual(our.served, requests)) return false;
  if (!isDeepStrictEqual(its.served.slice(0, requests.length), requests)) return false;
  const bothRefuse = rest === 'broken' && its.served.length === requests.length && its.refused.length === 1;
  return !bothRefuse || overlooked.test(bytes) || bytes.includes('\v');
}

/** A line that does not end with both of its bytes, is folded, or has other white space than it should; two hosts. */
const overlooked = /(?<!\r)\n|\r(?!\n)|\r\n[ \t]|POST(?:\t| {2})|1\.1 \r|Host: \w+\r\nHost: /u;
