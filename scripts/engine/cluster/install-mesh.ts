// Istio into the user's cluster, when they asked for it.

import { join } from 'node:path';
import { LabError } from '../../error.ts';
import { run } from '../../process/run.ts';
import type { TaskContext } from '../../setup/task.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import { ensureTool } from '../../tools/ensure-tool.ts';
import { istioctlSettings } from '../../tools/istioctl-settings.ts';

export interface MeshToolOptions {
  readonly labDir: LabDir;
  readonly projectRoot: string;
  readonly env: NodeJS.ProcessEnv;
}

/** @throws LabError with what istioctl said */
export async function installMesh(options: MeshToolOptions, context: TaskContext): Promise<void> {
  const file = join(options.projectRoot, 'manifests', 'istio', 'cluster-engine.yaml');
  context.note('istioctl installs Istio, which takes some minutes');
  await istioctl(options, context, ['install', '-y', '-f', file, '--readiness-timeout', '10m']);
}

/** Everything that it installed, its kinds of resources included. */
export async function uninstallMesh(options: MeshToolOptions, context: TaskContext): Promise<void> {
  await istioctl(options, context, ['uninstall', '-y', '--purge']);
}

async function istioctl(
  { labDir, env }: MeshToolOptions,
  { signal, note }: TaskContext,
  args: readonly string[],
): Promise<void> {
  const program = await ensureTool('istioctl', { labDir, signal, note, env });
  const settings = await istioctlSettings(labDir.cluster);
  const { exitCode, stdout, stderr } = await run(program, [...args, '--kubeconfig', labDir.kubeconfig], {
    signal,
    env: { ...(env as Record<string, string>), ISTIOCONFIG: settings },
  });
  if (exitCode === 0) return;
  const said = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  const reasons = said.filter((line) => /✘|Error:|failed to start/.test(line));
  throw new LabError(
    'ISTIO_FAILED',
    `istioctl ${args[0] ?? ''} ended with exit code ${exitCode ?? 'unknown'}`,
    {
      evidence: (reasons.length > 0 ? reasons : said).slice(-5).map((line) => line.trim()),
      hint: 'kubectl -n istio-system get pods,events; then run the same command again, which goes on from there',
    },
  );
}
