// Requests hidden where two readers might find different ends of a message: what the app gets is what the answers are to.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../support/properties.ts';
import { atGateway, toWeb, webConfig } from './support/config.ts';
import { dial, startProxy } from './support/proxy.ts';
import { smuggled } from './support/smuggled.ts';
import { readStrictly, type ReadRequest } from './support/strict-reader.ts';
import { talk } from './support/talk.ts';
import { startTellingApp } from './support/telling-app.ts';

describe.each([
  ['a gateway', { manager: atGateway }],
  ['a sidecar', {}],
])('%s', (_where, options) => {
  it('forwards the requests that its answers account for, and nothing that was hidden in one', async () => {
    await using app = await startTellingApp();
    const { manager } = options as { manager?: typeof atGateway };
    const config = webConfig(
      [{ match: { prefix: '/' }, route: toWeb() }],
      [app.port],
      manager && { manager },
    );
    /** What went to the app, by connection. */
    const forwarded: string[] = [];
    await using proxy = await startProxy(config, {
      connect: async (address) => {
        const socket = await dial(address);
        const at = forwarded.push('') - 1;
        const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
        return Object.assign(socket, {
          write: (...args: unknown[]) => {
            forwarded[at] += Buffer.from(args[0] as Buffer).toString('latin1');
            return write(...args);
          },
        });
      },
    });
    const served: ReadRequest[] = [];
    await fc.assert(
      fc.asyncProperty(smuggled(), async (pieces) => {
        const reading = readStrictly(pieces.join(''));
        const answers = await talk(proxy.port, pieces, reading.requests.length);
        const own = answers.flatMap(({ seen }) => (seen === undefined ? [] : [seen]));
        served.push(...own);
        expect(own).toEqual(reading.requests);
        const refusals = answers.slice(own.length);
        const ends = refusals.map(({ status, closes }) => status >= 400 && closes);
        // Of what is not finished, the beginning may be enough to know that it is no request.
        expect(
          reading.rest === 'unfinished' ? [[], [true]] : [reading.rest === 'broken' ? [true] : []],
        ).toContainEqual(ends);
      }),
      { numRuns: runs(400) },
    );
    expect(inOrder(app.seen)).toEqual(inOrder(served));
    // A strict reader finds in what was forwarded just what the app's tolerant one did.
    expect(inOrder(forwarded.flatMap((bytes) => readStrictly(bytes).requests))).toEqual(inOrder(served));
  });
});

const inOrder = (requests: readonly ReadRequest[]): string[] =>
  requests.map((request) => JSON.stringify(request)).toSorted();
