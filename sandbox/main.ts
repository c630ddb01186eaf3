// The sandbox as a process: what `npm run up` starts in the background.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from './clock/clock.ts';
import { createSandbox } from './sandbox.ts';

const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    kubeconfig: { type: 'string' },
    'port-base': { type: 'string' },
  },
});
const { dir, kubeconfig: kubeconfigFile, 'port-base': portBase = '30000' } = values;
if (dir === undefined || kubeconfigFile === undefined) {
  throw new Error('sandbox/main.ts needs --dir FOLDER and --kubeconfig FILE');
}

// A log that cannot be written (full disk, closed pipe) is no reason to take the cluster down.
process.stdout.on('error', () => undefined);

const log = (line: string): void => {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
};

/** Says how it went to whoever started us, and lets go of them. */
function report(message: object): void {
  if (process.send === undefined) return;
  process.send(message, () => {
    if (process.connected) process.disconnect();
  });
}

const portFile = join(dir, 'api-port');

/** The port of last time, so that kubeconfigs in other terminals stay good. */
function lastPort(): number {
  try {
    return Number(readFileSync(portFile, 'utf8')) || 0;
  } catch {
    return 0;
  }
}

async function open(apiPort: number): ReturnType<typeof createSandbox> {
  return createSandbox({
    dir: join(dir ?? '', 'state'),
    portBase: Number(portBase),
    apiPort,
    clock: systemClock,
    random: Math.random,
    log,
  });
}

async function openAtLastPort(): ReturnType<typeof createSandbox> {
  try {
    return await open(lastPort());
  } catch (error) {
    const { code, port } = error as NodeJS.ErrnoException & { port?: number };
    if (code !== 'EADDRINUSE' || port !== lastPort()) throw error;
    return open(0);
  }
}

function writeFileAtOnce(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.tmp`, text, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

try {
  const sandbox = await openAtLastPort();
  const stop = (): void => {
    log('stopping');
    void sandbox.close().then(() => log('stopped'));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  writeFileAtOnce(portFile, String(sandbox.apiPort));
  writeFileAtOnce(kubeconfigFile, sandbox.kubeconfig);
  await sandbox.ready();
  log(`ready, API on port ${sandbox.apiPort}, gateway on port ${sandbox.ports[0] ?? 0}`);
  report({ kind: 'ready' });
} catch (error) {
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
}
