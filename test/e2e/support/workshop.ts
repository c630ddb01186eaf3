// The commands as a user types them, in a folder and on ports of their own.

import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { patienceMs } from '../../support/patience.ts';
import { claimPorts, type PortClaim } from '../../support/claim-ports.ts';

export const projectRoot: string = join(import.meta.dirname, '..', '..', '..');

export interface Result {
  readonly exitCode: number | null;
  /** The signal that ended it. */
  readonly killedBy: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export interface Command {
  readonly pid: number;
  readonly result: Promise<Result>;
  /** Resolves when standard output or standard error match; rejects with what was said when the command ends without it, or goes on too long. */
  says(text: string | RegExp): Promise<void>;
  /** To the whole process group, as a terminal sends it. */
  interrupt(): void;
  /** Keys, for a program that has a terminal of its own. */
  type(text: string): void;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export class TestWorkshop implements AsyncDisposable {
  readonly dir: string = mkdtempSync(join(tmpdir(), 'mesh-workshop-e2e-'));
  readonly labDir: string = join(this.dir, 'lab dir');
  readonly portBase: number;
  readonly env: Environment;
  readonly #ports: PortClaim;

  private constructor(ports: PortClaim) {
    this.#ports = ports;
    this.portBase = ports.base;
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(?:LAB|LABS|VITEST|NODE|TSX|FORCE_COLOR|NO_COLOR|CI|KUBECONFIG)/.test(name),
    );
    this.env = {
      ...Object.fromEntries(inherited),
      LAB_DIR: this.labDir,
      LAB_PORT_BASE: String(ports.base),
    };
  }

  static async open(): Promise<TestWorkshop> {
    return new TestWorkshop(await claimPorts());
  }

  /** Runs `scripts/<name>.ts` to its end. */
  async run(name: string, args: readonly string[] = [], env: Environment = {}): Promise<Result> {
    return this.start(name, args, env).result;
  }

  /** As npm starts it, in a process group of its own and without a terminal. */
  start(name: string, args: readonly string[] = [], env: Environment = {}): Command {
    return this.spawn(process.execPath, ['scripts/launch.mjs', `scripts/${name}.ts`, ...args], env);
  }

  spawn(program: string, args: readonly string[], env: Environment = {}): Command {
    return startCommand(program, args, { ...this.env, ...env });
  }

  /** Writes a file below the workshop's own folder; the result is its path. */
  write(path: string, text: string): string {
    const file = join(this.dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** Processes that run with this workshop's folder in their environment or command line, the sandbox left out. */
  leftovers(): readonly string[] {
    return processesWith(this.dir)
      .filter(({ commandLine }) => !commandLine.includes('sandbox/main.ts'))
      .map(({ pid, commandLine }) => `${pid} ${commandLine}`);
  }

  sandboxes(): readonly number[] {
    return processesWith(this.labDir)
      .filter(({ commandLine }) => commandLine.includes('sandbox/main.ts'))
      .map(({ pid }) => pid);
  }

  get sandboxLog(): string {
    const file = join(this.labDir, 'sandbox', 'sandbox.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run('down').catch(() => undefined);
    for (const pid of [...this.sandboxes(), ...processesWith(this.dir).map(({ pid: other }) => other)]) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
    this.#ports[Symbol.dispose]();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function startCommand(program: string, args: readonly string[], env: Environment): Command {
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd: projectRoot,
    env: { ...env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
      for (const listener of listeners) listener();
    });
  }
  let hasEnded = false;
  const result = new Promise<Result>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, killedBy) => {
      hasEnded = true;
      for (const listener of listeners) listener();
      resolve({ exitCode, killedBy, ...said, durationMs: performance.now() - startedAt });
    });
  });
  const pid = child.pid ?? 0;
  return {
    pid,
    result,
    says: async (text) =>
      new Promise((resolve, reject) => {
        const end = (settle: () => void): void => {
          clearTimeout(timer);
          listeners.delete(look);
          settle();
        };
        const without = (how: string): void =>
          end(() => reject(new Error(`${how} ${String(text)}:\n${said.stdout}\n${said.stderr}`)));
        const look = (): void => {
          if (holds(said.stdout, text) || holds(said.stderr, text)) end(resolve);
          else if (hasEnded) without('It ended without saying');
        };
        const timer = setTimeout(() => without('It does not say'), 2 * patienceMs);
        listeners.add(look);
        look();
      }),
    interrupt: () => interruptGroup(pid),
    type: (text) => child.stdin.write(text),
  };
}

/** As a terminal does; a group that has ended in the meantime needs none. */
function interruptGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGINT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const holds = (all: string, text: string | RegExp): boolean =>
  typeof text === 'string' ? all.includes(text) : text.test(all);

interface Process {
  readonly pid: number;
  readonly commandLine: string;
}

/** Living processes that name `text` in their environment or command line. */
function processesWith(text: string): readonly Process[] {
  return existsSync('/proc') ? fromProc(text) : fromPs(text);
}

/** macOS has no /proc, and a ps that shows environments behind command lines. */
function fromPs(text: string): readonly Process[] {
  const lines = execFileSync('ps', ['-axwwE', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, commandLine = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return commandLine.includes(text) ? [{ pid: Number(pid), commandLine }] : [];
  });
}

function fromProc(text: string): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const commandLine = read(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim();
      const isOurs = commandLine.includes(text) || read(`/proc/${name}/environ`).includes(text);
      // A process that has ended and waits for its parent has no command line.
      return isOurs && commandLine !== '' ? [{ pid: Number(name), commandLine }] : [];
    });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
