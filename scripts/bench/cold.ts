// Benches of whole commands, each from nothing: an empty folder, free ports, a new process.

import { fork } from 'node:child_process';
import { join } from 'node:path';
import { $ } from 'zx';
import { portBase, withLabDir } from './lab-dir.ts';
import { median, timed, type Row } from './measure.ts';

const runs = 5;

/** From the start of the process to its own word that istio-system is ready. */
export async function sandboxStart(): Promise<Row> {
  const cold: number[] = [];
  const again: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    await withLabDir(async (_, dir) => {
      cold.push(await startOnce(dir));
      again.push(await startOnce(dir));
    });
  }
  const bare = await timed(async () => $({ quiet: true })`${process.execPath} -e 0`);
  return {
    what: 'sandbox: process start to ready (median)',
    value: `${median(cold).toFixed(0)} ms, restarted ${median(again).toFixed(0)} ms`,
    peer: `an empty Node process: ${bare.ms.toFixed(0)} ms`,
    bar: '≤ 1000 ms',
    met: median(cold) <= 1000,
  };
}

async function startOnce(dir: string): Promise<number> {
  const args = [
    '--dir',
    join(dir, 'sandbox'),
    '--kubeconfig',
    join(dir, 'kubeconfig'),
    '--port-base',
    String(portBase),
  ];
  const startedAt = performance.now();
  const child = fork('scripts/launch.mjs', ['sandbox/main.ts', ...args], {
    // Not with tsx, as this process is.
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const ms = await new Promise<number>((resolve, reject) => {
    child.once('message', () => resolve(performance.now() - startedAt));
    child.once('exit', () => reject(new Error('the sandbox ended before it was ready')));
  });
  child.removeAllListeners('exit');
  const gone = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGTERM');
  await gone;
  return ms;
}

/** `npm run lab 3 verify` and `npm run lab all verify`, as a user would wait for them. */
export async function labRuns(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [words, limit] of [
    ['3', 12],
    ['all', 60],
  ] as const) {
    const seconds = await withLabDir(async (env) => {
      const { ms, result } = await timed(
        async () => $({ env, quiet: true, nothrow: true })`npm run --silent lab ${words} verify`,
      );
      await $({ env, quiet: true })`npm run --silent down`;
      if (result.exitCode !== 0) throw new Error(`lab ${words} verify failed:\n${result.stdout}`);
      return ms / 1000;
    });
    rows.push({
      what: `npm run lab ${words} verify, from nothing`,
      value: `${seconds.toFixed(1)} s`,
      peer: '-',
      bar: `≤ ${limit} s`,
      met: seconds <= limit,
    });
  }
  return rows;
}
