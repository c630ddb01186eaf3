// What istioctl is told, by one that notes it.

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { installMesh, uninstallMesh } from '../../../../scripts/engine/cluster/install-mesh.ts';
import { openLabDir } from '../../../../scripts/state/lab-dir.ts';

const dir = mkdtempSync(join(tmpdir(), 'mesh-workshop-istioctl-'));
const labDir = openLabDir(dir, {});
const projectRoot = join(import.meta.dirname, '..', '..', '..', '..');
const context = { signal: new AbortController().signal, note: () => undefined };

afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Of the version that is looked for, with settings that it can read, and ending as it is told. */
function standIn(exitCode: number): NodeJS.ProcessEnv {
  const bin = join(dir, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(
    join(bin, 'istioctl'),
    `#!/bin/sh
if [ "$1" = version ]; then echo '{"clientVersion": {"version": "1.25.1"}}'; exit; fi
[ -f "$ISTIOCONFIG" ] || { echo "Could not initialize: no $ISTIOCONFIG" >&2; exit 1; }
echo "$*" >> '${dir}/asked'
echo "Error: failed to install manifests: timed out" >&2
exit ${exitCode}
`,
  );
  chmodSync(join(bin, 'istioctl'), 0o755);
  return { ...process.env, PATH: [bin, process.env['PATH'] ?? ''].join(delimiter) };
}

it('istioctl gets our operator file and our kubeconfig, and takes away what it made', async () => {
  const env = standIn(0);
  await installMesh({ labDir, projectRoot, env }, context);
  await uninstallMesh({ labDir, projectRoot, env }, context);
  const file = join(projectRoot, 'manifests', 'istio', 'cluster-engine.yaml');
  expect(readFileSync(join(dir, 'asked'), 'utf8').trim().split('\n')).toEqual([
    `install -y -f ${file} --readiness-timeout 10m --kubeconfig ${labDir.kubeconfig}`,
    `uninstall -y --purge --kubeconfig ${labDir.kubeconfig}`,
  ]);
});

it('what istioctl says of a failure is told', async () => {
  await expect(installMesh({ labDir, projectRoot, env: standIn(1) }, context)).rejects.toMatchObject({
    code: 'ISTIO_FAILED',
    message: 'istioctl install ended with exit code 1',
    evidence: ['Error: failed to install manifests: timed out'],
  });
});
