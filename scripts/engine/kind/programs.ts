// docker, kind and istioctl with the environment they are run in.

import { run, type RunOptions, type RunResult } from '../../process/run.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import { ensureTool } from '../../tools/ensure-tool.ts';
import { istioctlSettings } from '../../tools/istioctl-settings.ts';
import type { Track } from '../../tools/releases.ts';
import type { TaskContext } from '../../setup/task.ts';

export type Call = (args: readonly string[], options: Omit<RunOptions, 'env'>) => Promise<RunResult>;

export interface Programs {
  readonly docker: Call;
  readonly kind: (context: TaskContext) => Promise<Call>;
  readonly istioctl: (context: TaskContext) => Promise<Call>;
}

export interface ProgramsOptions {
  readonly labDir: LabDir;
  readonly track: Track;
  readonly env: NodeJS.ProcessEnv;
}

export function openPrograms({ labDir, track, env }: ProgramsOptions): Programs {
  const ownEnv = {
    ...(Object.fromEntries(
      // Settings of the user's other clusters would change what these programs do.
      Object.entries(env).filter(([name]) => !/^(?:ISTIOCTL_|KIND_|KUBECONFIG$)/.test(name)),
    ) as Record<string, string>),
    KIND_EXPERIMENTAL_PROVIDER: 'docker',
  };
  const call =
    (program: string, more: Readonly<Record<string, string>> = {}): Call =>
    async (args, options) =>
      run(program, args, { ...options, env: { ...ownEnv, ...more } });
  // Several tasks use them, and each would ask for the version.
  const tool = (name: 'kind' | 'istioctl'): ((context: TaskContext) => Promise<string>) => {
    let known: string | undefined;
    return async ({ signal, note }) =>
      (known ??= await ensureTool(name, { labDir, signal, note, track, env }));
  };
  const [kind, istioctl] = [tool('kind'), tool('istioctl')];
  return {
    docker: call('docker'),
    kind: async (context) => call(await kind(context)),
    istioctl: async (context) =>
      call(await istioctl(context), { ISTIOCONFIG: await istioctlSettings(labDir.kind) }),
  };
}
