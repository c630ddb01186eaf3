import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openCluster } from '../../../scripts/cluster/client.ts';

it('says that the kubeconfig was given the context of another cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-workshop-client-'));
  const file = join(folder, 'kubeconfig');
  const context = '{ name: mesh-workshop, context: { cluster: lab, user: lab } }';
  writeFileSync(
    file,
    `apiVersion: v1
kind: Config
current-context: kind-work
contexts: [${context}]
clusters: [{ name: lab, cluster: { server: 'https://127.0.0.1:1' } }]
users: [{ name: lab, user: { token: x } }]
`,
  );
  try {
    expect(() => openCluster(file)).toThrow(
      expect.objectContaining({
        code: 'CONTEXT_LOST',
        message: expect.stringContaining('the context "kind-work", which is another cluster') as string,
        hint: `kubectl --kubeconfig ${file} config use-context mesh-workshop`,
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
