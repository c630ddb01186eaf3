import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openApi } from '../../../scripts/cluster/api.ts';
import { openCluster } from '../../../scripts/cluster/client.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesh-workshop-client-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { signal } = new AbortController();

/** A kubeconfig of these contexts. */
function kubeconfig(current: string, ...contexts: readonly string[]): string {
  const file = join(folder, `${current}-${contexts.join('-')}`);
  const list = contexts.map((name) => `{ name: ${name}, context: { cluster: lab, user: lab } }`);
  writeFileSync(
    file,
    `apiVersion: v1
kind: Config
current-context: ${current}
contexts: [${list.join(', ')}]
clusters: [{ name: lab, cluster: { server: 'https://127.0.0.1:1' } }]
users: [{ name: lab, user: { token: x } }]
`,
  );
  return file;
}

describe("the lab's kubeconfig with the context of another cluster", () => {
  it.each([
    ['that it does not have', 'kind-work', ['mesh-workshop'], 'mesh-workshop'],
    ['that it has beside its own', 'kind-work', ['kind-work', 'mesh-workshop'], 'mesh-workshop'],
    ['beside that of kind', 'theirs', ['kind-mesh-workshop', 'theirs'], 'kind-mesh-workshop'],
  ])('%s is not used', async (_, current, contexts, own) => {
    const file = kubeconfig(current, ...contexts);
    const lost = expect.objectContaining({
      code: 'CONTEXT_LOST',
      message: expect.stringContaining(`the context "${current}", which is another cluster`) as string,
      hint: `kubectl --kubeconfig ${file} config use-context ${own}`,
    }) as Error;
    expect(() => openCluster(file)).toThrow(lost);
    await expect(openApi(file, signal)).rejects.toThrow(lost);
  });

  it.each([
    ['mesh-workshop', ['kind-work', 'mesh-workshop']],
    ['theirs', ['theirs']],
  ])('is none when it is %s of %o', async (current, contexts) => {
    const file = kubeconfig(current, ...contexts);
    expect(openCluster(file).config.getCurrentContext()).toBe(current);
    using api = await openApi(file, signal);
    expect(api.access.server.port).toBe('1');
  });
});
