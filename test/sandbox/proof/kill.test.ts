import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiClient, type ApiAnswer, type ApiClient } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { get, type GatewayAnswer } from './support/gateway-load.ts';
import { startSandboxProcess, type SandboxProcess } from './support/sandbox-process.ts';
import { collectionOf, shopObjects } from './support/shop-objects.ts';

const collection = '/api/v1/namespaces/default/configmaps';
const rule = '/apis/networking.istio.io/v1/namespaces/istioinaction/virtualservices/webapp-virtualservice';
const folder = mkdtempSync(path.join(tmpdir(), 'mesh-workshop-kill-'));

/** By what was written: the version that was acknowledged last, and the one that was sent last. */
const acknowledged = new Map<string, number>();
const sent = new Map<string, number>();
const answers: GatewayAnswer[] = [];
/** What went wrong, by its code, for those who wrote and those who asked at the gateway. */
const failures = new Set<string | undefined>();

let sandbox: SandboxProcess;
let client: ApiClient;
let isKilled = false;

afterAll(async () => {
  client.close();
  await sandbox.kill();
  rmSync(folder, { recursive: true, force: true });
});

describe('after kill -9 under writes, rule changes and requests through gateway, webapp and catalog', () => {
  beforeAll(async () => {
    await start();
    for (const object of shopObjects()) await post(object);
    await eventually('the shop answers', async () => (await shown()).status === 200);
    const workers = [
      ...Array.from({ length: 8 }, (_, worker) => repeat((count) => writeMap(worker, count))),
      ...Array.from({ length: 8 }, () => repeat(async () => void answers.push(await shown()))),
      repeat((count) => write('rule', count, () => patchRule(count))),
    ];
    const isBusy = (): boolean =>
      acknowledged.size >= 100 && answers.length >= 200 && (acknowledged.get('rule') ?? 0) >= 10;
    await Promise.race([eventually('all of them get answers', isBusy), ...workers]);
    isKilled = true;
    await sandbox.kill();
    await Promise.all(workers);
    client.close();
    await start();
  });

  it('every acknowledged write is there, and of the others none in part', async () => {
    const { items } = JSON.parse((await client.call({ method: 'GET', path: collection })).body) as {
      items: { metadata: { name: string }; data: { version: string; filling: string } }[];
    };
    const found = new Map(
      items
        .filter(({ metadata }) => metadata.name.startsWith('map-'))
        .map(({ metadata, data }) => [metadata.name, data]),
    );
    for (const name of acknowledged.keys()) {
      if (name === 'rule') continue;
      const data = found.get(name);
      expect({ name, filling: data?.filling }).toEqual({ name, filling });
      expect(lastOf(name)).toContain(Number(data?.version));
    }
    expect([...found.keys()].filter((name) => !sent.has(name))).toEqual([]);
  });

  it('clients had the list of items until then, and lost connections at most', () => {
    expect(answers.filter(({ status, body }) => status !== 200 || !body.startsWith('[{'))).toEqual([]);
    expect(['ECONNRESET', 'ECONNREFUSED', 'EPIPE']).toEqual(expect.arrayContaining([...failures]));
    expect(failures.size).toBeGreaterThan(0);
  });

  it('the gateway serves again, by the rule that was acknowledged last', async () => {
    await eventually('the shop answers', async () => (await shown()).status === 200);
    expect(lastOf('rule')).toContain(Number((await shown()).headers['x-rule']));
  });
});

async function start(): Promise<void> {
  sandbox = await startSandboxProcess(folder);
  client = apiClient(sandbox.api);
}

/** Does `step` again and again, until that fails because the sandbox was killed. @throws what went wrong before */
async function repeat(step: (count: number) => Promise<void>): Promise<void> {
  try {
    for (let count = 0; ; count += 1) await step(count);
  } catch (error) {
    if (!isKilled) throw error;
    failures.add((error as NodeJS.ErrnoException).code);
  }
}

async function write(name: string, version: number, call: () => Promise<ApiAnswer>): Promise<void> {
  sent.set(name, version);
  const { status, body } = await call();
  if (status >= 300) throw new Error(`${name} got ${status} ${body}`);
  acknowledged.set(name, version);
}

/** Every map is created, and then replaced three times. */
function writeMap(worker: number, count: number): Promise<void> {
  const name = `map-${worker}-${Math.floor(count / 4)}`;
  const metadata = { name };
  const data = { version: String(count), filling };
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
  return write(name, count, () =>
    client.call(
      count % 4 === 0
        ? { method: 'POST', path: collection, body }
        : { method: 'PUT', path: `${collection}/${name}`, body },
    ),
  );
}

const filling = 'x'.repeat(500);

/** Every answer of the gateway tells the version of the rule it went by. */
function patchRule(version: number): Promise<ApiAnswer> {
  const route = [{ destination: { host: 'webapp', port: { number: 80 } } }];
  const http = [{ headers: { response: { set: { 'x-rule': String(version) } } }, route }];
  const body = JSON.stringify({ spec: { http } });
  return client.call({ method: 'PATCH', path: rule, contentType: 'application/merge-patch+json', body });
}

const shown = (): Promise<GatewayAnswer> => get(undefined, sandbox.gateway, '/api/catalog');

/** The write on its way when the process died may have been stored without an answer. */
const lastOf = (name: string): unknown[] => [acknowledged.get(name), sent.get(name)];

async function post(object: ReturnType<typeof shopObjects>[number]): Promise<void> {
  const call = { method: 'POST', path: collectionOf(object), body: JSON.stringify(object) };
  expect(await client.call(call)).toMatchObject({ status: 201 });
}
