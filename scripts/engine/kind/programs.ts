// docker, kind and istioctl with the environment they are run in.

import { join } from 'node:path';
import { run, type RunOptions, type RunResult } from '../../process/run.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import { ensureTool } from '../../tools/ensure-tool.ts';
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
    // Instead of ~/.istioctl/config.yaml, whose defaults are the user's.
    ISTIOCONFIG: join(labDir.kind, 'istioctl.yaml'),
  };
  const call =
    (program: string): Call =>
    async (args, options) =>
      run(program, args, { ...options, env: ownEnv });
  // Several tasks use them, and each would ask for the version.
  const tool = (name: 'kind' | 'istioctl'): ((context: TaskContext) => Promise<Call>) => {
    let known: string | undefined;
    return async ({ signal, note }) =>
      call((known ??= await ensureTool(name, { labDir, signal, note, track, env })));
  };
  return { docker: call('docker'), kind: tool('kind'), istioctl: tool('istioctl') };
}
