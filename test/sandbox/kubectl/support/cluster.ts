import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock, type Clock } from '../../../../sandbox/clock/clock.ts';
import { createSandbox, type Sandbox } from '../../../../sandbox/sandbox.ts';
import { kubectlWith, type Kubectl, type Outcome } from '../../api/support/kubectl.ts';

export interface TestCluster {
  readonly sandbox: Sandbox;
  readonly kubectl: Kubectl;
  /** Of `createSandbox`; empty when nothing went wrong. */
  readonly logged: readonly string[];
  /** Words are separated by spaces. */
  run(command: string, input?: string): Promise<Outcome>;
  /** Standard output. @throws what was printed on standard error when the exit code is not 0 */
  stdout(command: string, input?: string): Promise<string>;
  /** Path of a new file with this text. */
  file(name: string, text: string): string;
  close(): Promise<void>;
}

/** A sandbox of its own, and the real kubectl for it, with `env` in its environment. */
export async function openCluster(
  env: Readonly<Record<string, string>> = {},
  clock: Clock = systemClock,
): Promise<TestCluster> {
  const logged: string[] = [];
  const sandbox = await createSandbox({
    dir: undefined,
    portBase: 0,
    apiPort: 0,
    clock,
    random: Math.random,
    log: (line) => logged.push(line),
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'mesh-workshop-cluster-'));
  const kubectl = kubectlWith(sandbox.kubeconfig, env);
  const run = (command: string, input?: string): Promise<Outcome> => kubectl.run(command.split(' '), input);
  return {
    sandbox,
    kubectl,
    logged,
    run,
    stdout: async (command, input) => {
      const { exitCode, stdout, stderr } = await run(command, input);
      if (exitCode !== 0) throw new Error(`kubectl ${command}: ${stderr}`);
      return stdout;
    },
    file: (name, text) => {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      return file;
    },
    close: async () => {
      kubectl[Symbol.dispose]();
      rmSync(folder, { recursive: true, force: true });
      await sandbox.close();
    },
  };
}
