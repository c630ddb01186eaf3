// A disk that is full: file sizes are limited for the sandbox's process, so that its journal cannot grow.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiException, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterAll, expect, it } from 'vitest';

const dir = await mkdtemp(join(tmpdir(), 'mesh-workshop-full-disk-'));
const limitKiB = 1500;
// SIGXFSZ would end the process; ignored, the write fails as on a full disk.
const limited = `trap '' XFSZ; ulimit -f ${limitKiB}; exec "$@"`;
const args = ['sandbox/main.ts', '--dir', dir, '--kubeconfig', join(dir, 'kubeconfig'), '--port-base', '0'];
const sandbox = spawn(
  'bash',
  ['-c', limited, 'bash', process.execPath, '--import', import.meta.resolve('tsx'), ...args],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);

afterAll(async () => {
  const gone = once(sandbox, 'exit');
  sandbox.kill();
  await gone;
  await rm(dir, { recursive: true, force: true });
});

it('refuses a write that the disk has no room for in one sentence, keeps the rest, and goes on', async () => {
  await ready();
  const config = new KubeConfig();
  config.loadFromFile(join(dir, 'kubeconfig'));
  const core = config.makeApiClient(CoreV1Api);
  const create = async (name: string, bytes: number): Promise<unknown> =>
    core.createNamespacedConfigMap({
      namespace: 'default',
      body: { metadata: { name }, data: { big: 'x'.repeat(bytes) } },
    });

  const written: string[] = [];
  let refusal: unknown;
  while (refusal === undefined && written.length < 40) {
    const name = `map-${written.length}`;
    try {
      await create(name, 200_000);
      written.push(name);
    } catch (error) {
      refusal = error;
    }
  }

  expect(refusal).toBeInstanceOf(ApiException);
  const { code, body } = refusal as ApiException<string>;
  expect(code).toBe(500);
  expect((JSON.parse(body) as { message: string }).message).toMatch(
    /^[^\n]*(disk|EFBIG|cannot be written)[^\n]*$/,
  );
  const { items } = await core.listNamespacedConfigMap({ namespace: 'default' });
  expect(items.map(({ metadata }) => metadata?.name)).toEqual(expect.arrayContaining(written));
  // A small object still finds room.
  await expect(create('small', 10)).resolves.toMatchObject({ metadata: { name: 'small' } });
});

async function ready(): Promise<void> {
  let text = '';
  for await (const chunk of sandbox.stdout) {
    text += String(chunk);
    if (text.includes(' ready, API on port ')) break;
  }
  expect(text).toContain(' ready, API on port ');
}
