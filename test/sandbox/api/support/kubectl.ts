import { execFile, execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import path from 'node:path';
import { kubeconfig } from '../../../../sandbox/api/tls/kubeconfig.ts';
import type { OpenApi } from './open-api.ts';

/** Why tests with the real kubectl are skipped; undefined when it is on PATH. */
export const noKubectl = ((): string | undefined => {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'kubectl is not on PATH';
  }
})();

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Kubectl {
  /** `input` is standard input. */
  run(args: readonly string[], input?: string): Promise<Outcome>;
  start(args: readonly string[]): ChildProcessByStdio<null, Readable, Readable>;
  [Symbol.dispose](): void;
}

/** The real kubectl, with a kubeconfig and a cache of its own. */
export const kubectlFor = ({ server }: OpenApi): Kubectl =>
  kubectlWith(kubeconfig(server.access, { name: 'sandbox' }));

/** As `kubectlFor`, with the YAML of a kubeconfig; `env` is added to the environment. */
export function kubectlWith(text: string, env: Readonly<Record<string, string>> = {}): Kubectl {
  const dir = mkdtempSync(path.join(tmpdir(), 'mesh-workshop-kubectl-'));
  const config = path.join(dir, 'kubeconfig');
  writeFileSync(config, text, { mode: 0o600 });
  const environment = { ...process.env, ...env };
  const own = ['--kubeconfig', config, '--cache-dir', path.join(dir, 'cache')];
  return {
    run: (args, input = '') =>
      new Promise((resolve) => {
        const child = execFile(
          'kubectl',
          [...args.slice(0, 1), ...own, ...args.slice(1)],
          { env: environment },
          (error, stdout, stderr) =>
            resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
        );
        child.stdin?.end(input);
      }),
    start: (args) =>
      spawn('kubectl', [...args.slice(0, 1), ...own, ...args.slice(1)], {
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}
