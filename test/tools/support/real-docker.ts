// A dockerd of our own, which takes images from a registry on this machine, and that registry. Networks and the firewall
// of the machine are left alone, but for the one network that kind makes.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, type RunResult } from '../../../scripts/process/run.ts';

export interface RealDockerOptions {
  /** A folder that is there, and empty. */
  readonly dir: string;
  readonly dockerd: string;
  readonly docker: string;
  readonly registry: string;
  readonly registryPort: number;
}

export class RealDocker {
  readonly env: Readonly<Record<string, string>>;
  readonly #options: RealDockerOptions;
  readonly #children = new Map<string, ChildProcess>();

  constructor(options: RealDockerOptions) {
    this.#options = options;
    const { dir, docker } = options;
    const bin = join(dir, 'bin');
    mkdirSync(bin);
    symlinkSync(join(import.meta.dirname, 'docker-without-privileges.sh'), join(bin, 'docker'));
    this.env = {
      ...(process.env as Record<string, string>),
      PATH: [bin, process.env['PATH'] ?? ''].join(delimiter),
      DOCKER_HOST: `unix://${join(dir, 'docker.sock')}`,
      DOCKER_LOG: join(dir, 'docker.log'),
      REAL_DOCKER: docker,
    };
  }

  async start(): Promise<void> {
    const { dir, dockerd, registry, registryPort } = this.#options;
    const config = join(dir, 'registry.yaml');
    const storage = { filesystem: { rootdirectory: join(dir, 'registry') } };
    const http = { addr: `127.0.0.1:${registryPort}` };
    // JSON is YAML.
    writeFileSync(config, JSON.stringify({ version: 0.1, log: { level: 'warn' }, storage, http }));
    this.#spawn('registry', registry, ['serve', config]);
    const folders = { 'data-root': 'data', 'exec-root': 'exec', pidfile: 'pid' };
    this.#spawn('dockerd', dockerd, [
      ...Object.entries(folders).map(([flag, name]) => `--${flag}=${join(dir, name)}`),
      `--host=${this.env['DOCKER_HOST'] ?? ''}`,
      `--registry-mirror=http://127.0.0.1:${registryPort}`,
      '--iptables=false',
      '--ip6tables=false',
      '--bridge=none',
    ]);
    for (let tries = 0; (await this.docker('info')).exitCode !== 0; tries += 1) {
      if (tries > 150) throw new Error('dockerd does not answer');
      await sleep(200);
    }
  }

  async docker(...args: readonly string[]): Promise<RunResult> {
    return run('docker', args, { env: this.env });
  }

  /** A folder as an image in the registry, under the names that Docker Hub would have for it. Resolves with its digest. */
  async publish(folder: string, names: readonly string[], changes: readonly string[] = []): Promise<string> {
    const archive = join(this.#options.dir, 'image.tar');
    await this.#must(run('tar', ['-C', folder, '-cf', archive, '.']));
    const options = changes.flatMap((change) => ['--change', change]);
    let digest = '';
    for (const name of names) {
      const local = `127.0.0.1:${this.#options.registryPort}/${name.replace(/^docker\.io\//, '')}`;
      await this.#must(this.docker('import', ...options, archive, local));
      await this.#must(this.docker('push', '--quiet', local));
      const { stdout } = await this.docker('image', 'inspect', '--format', '{{index .RepoDigests 0}}', local);
      digest = stdout.trim().split('@')[1] ?? '';
    }
    return digest;
  }

  async forgetImages(): Promise<void> {
    const { stdout } = await this.docker('images', '--quiet');
    const ids = [...new Set(stdout.trim().split('\n'))].filter((id) => id !== '');
    if (ids.length > 0) await this.docker('rmi', '--force', ...ids);
  }

  async stop(name: 'registry' | 'dockerd'): Promise<void> {
    const child = this.#children.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  }

  #spawn(name: string, program: string, args: readonly string[]): void {
    this.#children.set(name, spawn(program, args, { stdio: 'ignore' }));
  }

  async #must(running: Promise<RunResult>): Promise<void> {
    const { exitCode, stderr } = await running;
    if (exitCode !== 0) throw new Error(stderr);
  }
}
