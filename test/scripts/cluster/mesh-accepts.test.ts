// An API server's answers while istiod is on its way, in its own words.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node';
import { meshAccepts } from '../../../scripts/cluster/mesh-accepts.ts';
import { LabError } from '../../../scripts/error.ts';

const silent =
  'Internal error occurred: failed calling webhook "validation.istio.io": failed to call webhook: Post "https://istiod.istio-system.svc:443/validate?timeout=10s": dial tcp 10.200.1.184:443: connect: connection refused';
const forbidden =
  'destinationrules.networking.istio.io is forbidden: User "dev" cannot create resource "destinationrules" in API group "networking.istio.io" in the namespace "istio-system"';

let server: Server;
let objects: KubernetesObjectApi;
let asked: string[];
/** What is refused next, and with which code; then all is taken. */
let refusals: (readonly [number, string])[];

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET') {
      const resource = { name: 'destinationrules', kind: 'DestinationRule', namespaced: true };
      response.end(JSON.stringify({ kind: 'APIResourceList', resources: [resource] }));
      return;
    }
    asked.push(`${request.method} ${request.url}`);
    const [code, message] = refusals.shift() ?? [201, ''];
    response.writeHead(code).end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', code, message }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const config = new KubeConfig();
  const { port } = server.address() as AddressInfo;
  config.loadFromClusterAndUser(
    { name: 'it', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'it' },
  );
  objects = KubernetesObjectApi.makeApiClient(config);
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function accepted(withinMs?: number): Promise<readonly string[]> {
  const notes: string[] = [];
  const { signal } = new AbortController();
  await meshAccepts({ objects }, { signal, note: (text) => notes.push(text) }, withinMs);
  return notes;
}

describe('a mesh that is on its way', () => {
  it('is asked again until its webhook answers, with an object that nobody keeps', async () => {
    refusals = [[500, silent]];
    expect(await accepted()).toEqual(['waiting for istiod to answer']);
    expect(asked).toEqual(
      Array.from(
        { length: 2 },
        () => 'POST /apis/networking.istio.io/v1beta1/namespaces/istio-system/destinationrules?dryRun=All',
      ),
    );
  });

  it('is not asked again by somebody who may not create such objects', async () => {
    refusals = [[403, forbidden]];
    expect(await accepted()).toEqual([]);
  });

  it('is given up with what the API says', async () => {
    refusals = [[500, silent]];
    const error = await accepted(-1).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LabError);
    expect(error).toMatchObject({ evidence: [silent] });
  });
});
