import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { accessOf, apiClient, type ApiClient } from './support/api.ts';
import { eventually } from './support/eventually.ts';

const collection = '/api/v1/namespaces/default/configmaps';
let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mesh-workshop-kill-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) await killed(child);
  rmSync(folder, { recursive: true, force: true });
});

it('after kill -9 under writes every acknowledged one is there, and of the others none in part', async () => {
  let client = await start();
  /** By name: the version that was acknowledged last, and the one that was sent last. */
  const acknowledged = new Map<string, number>();
  const sent = new Map<string, number>();
  const end = new AbortController();
  const write = async (worker: number): Promise<void> => {
    for (let version = 0; !end.signal.aborted; version += 1) {
      const name = `map-${worker}-${Math.floor(version / 4)}`;
      sent.set(name, version);
      try {
        const { status } = await client.call(
          version % 4 === 0
            ? { method: 'POST', path: collection, body: configMap(name, version) }
            : { method: 'PUT', path: `${collection}/${name}`, body: configMap(name, version) },
        );
        expect(status).toBeLessThan(300);
        acknowledged.set(name, version);
      } catch (error) {
        if (!end.signal.aborted) throw error;
      }
    }
  };
  const writers = Array.from({ length: 8 }, (_, worker) => write(worker));
  await eventually('a few hundred writes are acknowledged', () => acknowledged.size >= 100);
  end.abort();
  const [child] = children;
  if (child === undefined) throw new Error('nothing was started');
  await killed(child);
  await Promise.all(writers);
  client.close();

  client = await start();
  const { items } = JSON.parse((await client.call({ method: 'GET', path: collection })).body) as {
    items: { metadata: { name: string }; data: { version: string; filling: string } }[];
  };
  client.close();
  const found = new Map(
    items
      .filter(({ metadata }) => metadata.name.startsWith('map-'))
      .map(({ metadata, data }) => [metadata.name, data]),
  );
  for (const [name, version] of acknowledged) {
    const data = found.get(name);
    expect({ name, filling: data?.filling }).toEqual({ name, filling });
    // The write on its way when the process died may have been stored without an answer.
    expect([version, sent.get(name)]).toContain(Number(data?.version));
  }
  expect([...found.keys()].filter((name) => !sent.has(name))).toEqual([]);
  expect(acknowledged.size).toBeGreaterThanOrEqual(100);
}, 40_000);

const filling = 'x'.repeat(500);
const configMap = (name: string, version: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { version: String(version), filling },
  });

/** A sandbox process on the folder, and a client of its API once that answers. */
async function start(): Promise<ApiClient> {
  const kubeconfig = path.join(folder, 'kubeconfig');
  rmSync(kubeconfig, { force: true });
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'sandbox/main.ts', '--dir', folder, '--kubeconfig', kubeconfig, '--port-base', '0'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  children.unshift(child);
  await eventually('the API is up', () => existsSync(kubeconfig), 20_000);
  return apiClient(accessOf(readFileSync(kubeconfig, 'utf8')));
}

function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
