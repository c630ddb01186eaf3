// The environment of a lab's commands and checks: the workshop's kubeconfig, and little of the user's own.

import { delimiter, join } from 'node:path';
import { projectRoot } from './project-root.ts';
import type { LabDir } from '../state/lab-dir.ts';

const inherited = ['HOME', 'USER', 'LANG', 'LC_ALL', 'TMPDIR', 'SHELL'];

export interface LabEnvOptions {
  readonly labDir: LabDir;
  readonly env: NodeJS.ProcessEnv;
  /** Folders that come before the user's PATH. */
  readonly path: readonly string[];
}

export function labEnv({ labDir, env, path }: LabEnvOptions): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(inherited.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
    PATH: [...path, env['PATH'] ?? ''].join(delimiter),
    TERM: 'dumb',
    // For labs that stand elsewhere and use the project's manifests.
    MESH_WORKSHOP: projectRoot,
    KUBECONFIG: labDir.kubeconfig,
    KUBECACHEDIR: join(labDir.root, 'kubectl-cache'),
    // A proxy of the user's must not be asked for what is on this machine.
    NO_PROXY: [env['NO_PROXY'] ?? env['no_proxy'], 'localhost', '127.0.0.1'].filter(Boolean).join(','),
  };
}
