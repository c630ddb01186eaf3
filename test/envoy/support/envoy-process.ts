import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProxyConfig } from '../../../sandbox/envoy/config.ts';
import { findEnvoy } from '../find-envoy.ts';
import { bootstrap } from './bootstrap.ts';

export interface RunningEnvoy {
  /** By the name of the listener. */
  readonly ports: ReadonlyMap<string, number>;
  logs(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Starts Envoy with one worker, so that what is per worker is per proxy. @throws Error with Envoy's own last words */
export async function startEnvoy(config: ProxyConfig): Promise<RunningEnvoy> {
  const ports = new Map<string, number>();
  for (const { name } of config.listeners) ports.set(name, await freePort());
  let accessLog = '';
  const running = await launchEnvoy((folder) => {
    accessLog = join(folder, 'access.log');
    return bootstrap(config, { accessLog, ports });
  }, isLive);
  return {
    ports,
    logs: async () => {
      const text = await readFile(accessLog, 'utf8').catch(() => '');
      return text.split('\n').filter((line) => line !== '');
    },
    stop: () => running.stop(),
  };
}

export interface LaunchedEnvoy {
  /** Host and port of its admin interface. */
  readonly admin: string;
  stop(): Promise<void>;
}

/**
 * @param bootstrapIn made for the folder that is gone with it
 * @param isUp asked until it is, with the address of the admin interface
 * @throws Error with Envoy's own last words
 */
export async function launchEnvoy(
  bootstrapIn: (folder: string) => unknown,
  isUp: (admin: string) => Promise<boolean>,
): Promise<LaunchedEnvoy> {
  const binary = findEnvoy();
  if (binary === undefined) throw new Error('There is no Envoy: set ENVOY=/path/to/envoy');
  const folder = await mkdtemp(join(tmpdir(), 'mesh-workshop-envoy-'));
  const adminAddress = join(folder, 'admin');
  const file = join(folder, 'bootstrap.json');
  await writeFile(file, JSON.stringify(bootstrapIn(folder)));
  const options = ['--concurrency', '1', '--disable-hot-restart', '--log-level', 'error'];
  const flush = ['--file-flush-interval-msec', '20'];
  const child = spawn(binary, ['-c', file, '--admin-address-path', adminAddress, ...options, ...flush], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  let over = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => {
      over = true;
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  for (let waitedMs = 0; ; waitedMs += 50) {
    const admin = (await readFile(adminAddress, 'utf8').catch(() => '')).trim();
    if (admin !== '' && (await isUp(admin))) return { admin, stop };
    if (over || waitedMs > 20_000) {
      await stop();
      throw new Error(`Envoy did not start:\n${said}`);
    }
    await sleep(50);
  }
}

async function isLive(admin: string): Promise<boolean> {
  const answer = await fetch(`http://${admin}/ready`).catch(() => undefined);
  return answer?.ok === true;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
