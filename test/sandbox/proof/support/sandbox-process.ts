import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { accessOf, type ApiAccess } from './api.ts';

export interface SandboxProcess {
  readonly api: ApiAccess;
  /** Host port of the ingress gateway. */
  readonly gateway: number;
  /** Ends it without a chance to do anything more. */
  kill(): Promise<void>;
}

export interface SandboxProcessOptions {
  /** How large a file may grow, as on a disk that is full then. */
  readonly fileLimitKiB?: number;
}

/** Resolves when the sandbox on the folder is ready. @throws with its log and exit code when it ends before that */
export async function startSandboxProcess(
  folder: string,
  { fileLimitKiB }: SandboxProcessOptions = {},
): Promise<SandboxProcess> {
  const kubeconfig = path.join(folder, 'kubeconfig');
  const args = ['sandbox/main.ts', '--dir', folder, '--kubeconfig', kubeconfig, '--port-base', '0'];
  const node = [process.execPath, 'scripts/launch.mjs', ...args];
  // SIGXFSZ would end the process; ignored, the write fails as on a full disk.
  const limit = fileLimitKiB === undefined ? '' : `trap '' XFSZ; ulimit -f ${fileLimitKiB}; `;
  const child = spawn('bash', ['-c', `${limit}exec "$@"`, 'bash', ...node], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    log += String(chunk);
    if (log.includes(' ready, API on port ')) break;
  }
  const gateway = /gateway on port (\d+)/u.exec(log)?.[1];
  if (gateway === undefined) throw new Error(`exit code ${await exitCodeOf(child)}: ${log}`);
  child.stdout.resume();
  return {
    api: accessOf(readFileSync(kubeconfig, 'utf8')),
    gateway: Number(gateway),
    kill: async () => {
      child.kill('SIGKILL');
      await exitCodeOf(child);
    },
  };
}

async function exitCodeOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}
