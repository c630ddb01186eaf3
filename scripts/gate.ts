// `npm test`: the one gate. Format, lint, types, tests, and every lab on the sandbox, with kubectl and without.

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { $ } from 'zx';
import { pathWithout } from './doctor/path-without.ts';
import type { LabReport } from './lab/run/report.ts';

interface Outcome {
  readonly title: string;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
}

const root = join(import.meta.dirname, '..');
const scratch = await mkdtemp(join(tmpdir(), 'mesh-workshop-gate-'));
const outcomes: Outcome[] = [];
try {
  // Labs wait for clusters more than they compute: beside the tests, which compute, they take half as long.
  for (const together of [
    [format, lint, types],
    [tests, labs, labsWithoutKubectl],
  ]) {
    outcomes.push(...(await Promise.all(together.map(timed))));
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
report(outcomes);

type Task = () => Promise<Omit<Outcome, 'seconds'>>;

async function timed(task: Task): Promise<Outcome> {
  const startedAt = performance.now();
  const outcome = await task();
  return { ...outcome, seconds: (performance.now() - startedAt) / 1000 };
}

function format(): ReturnType<Task> {
  return tool('format', ['oxfmt', '--check', '.']);
}

function lint(): ReturnType<Task> {
  return tool('lint', ['oxlint', '--quiet']);
}

function types(): ReturnType<Task> {
  return tool('types', ['npm', 'run', '--silent', 'types']);
}

async function tool(title: string, command: readonly string[]): ReturnType<Task> {
  process.stdout.write(`\n== ${title}\n`);
  const { exitCode } = await $({ stdio: 'inherit', nothrow: true, preferLocal: root })`${command}`;
  return exitCode === 0 ? { title, passed: 1, failed: 0 } : { title, passed: 0, failed: 1 };
}

async function tests(): ReturnType<Task> {
  const title = 'tests';
  process.stdout.write(`\n== ${title}\n`);
  const file = join(scratch, 'tests.json');
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${file}`];
  const config = ['--config', 'test/vitest.config.ts', '--root', '.'];
  // Without a terminal, colours would make ten thousand characters of three thousand dots.
  const env = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1' };
  const options = { stdio: 'inherit', nothrow: true, preferLocal: root, env } as const;
  const { exitCode } = await $(options)`vitest run ${config} ${reporters}`;
  const result = await readJsonOr(file, {});
  const passed = numberIn(result, 'numPassedTests');
  const failed = numberIn(result, 'numFailedTests');
  const skipped = numberIn(result, 'numPendingTests');
  if (skipped > 0) process.stdout.write(`${skipped} tests were skipped: ${whySkipped()}\n`);
  // A suite that cannot be loaded has no tests to count, and is a failure all the same.
  return { title, passed, failed: exitCode === 0 ? failed : Math.max(1, failed) };
}

/** Every test that needs a program of the machine says so by being skipped without it. */
function whySkipped(): string {
  const missing = ['kubectl', 'tmux', 'script'].filter((program) => !isOnPath(program));
  return missing.length === 0 ? 'see their reasons above' : `${missing.join(', ')} not on PATH`;
}

const isOnPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

async function labs(): ReturnType<Task> {
  return verifyLabs('labs', 31_100, {});
}

async function labsWithoutKubectl(): ReturnType<Task> {
  const path = process.env['PATH'] ?? '';
  const farm = join(scratch, 'bin');
  return verifyLabs('labs without kubectl', 29_500, {
    PATH: await pathWithout('kubectl', path.split(delimiter), farm),
  });
}

/** In a folder and on ports of its own, so that a cluster that is up is left alone. */
async function verifyLabs(
  title: string,
  firstPort: number,
  env: Readonly<Record<string, string>>,
): ReturnType<Task> {
  process.stdout.write(`\n== ${title}\n`);
  const own = {
    ...process.env,
    ...env,
    LAB_DIR: join(scratch, title.replaceAll(' ', '-')),
    LAB_PORT_BASE: String(await freePortBase(firstPort)),
    LAB_ENGINE: 'sandbox',
  };
  const node = [process.execPath, 'scripts/launch.mjs'];
  const options = { nothrow: true, env: own, quiet: true };
  const run = await $(options)`${node} scripts/lab.ts all verify --json`;
  await $(options)`${node} scripts/down.ts`;
  const reports = readReports(run.stdout);
  for (const { lab, status, durationMs, failure } of reports) {
    process.stdout.write(`${status} lab ${lab.number} ${lab.title} (${(durationMs / 1000).toFixed(1)} s)\n`);
    if (failure === undefined) continue;
    process.stdout.write(`  ${failure.at.file}:${failure.at.line}: ${failure.message}\n`);
    for (const line of failure.evidence) process.stdout.write(`  | ${line}\n`);
  }
  if (reports.length === 0) process.stdout.write(`${run.stderr}\n`);
  const passed = reports.filter(({ status }) => status === 'passed').length;
  return { title, passed, failed: run.exitCode === 0 ? 0 : Math.max(1, reports.length - passed) };
}

function readReports(text: string): readonly LabReport[] {
  try {
    return (JSON.parse(text) as { labs: LabReport[] }).labs;
  } catch {
    return [];
  }
}

async function readJsonOr(file: string, fallback: object): Promise<object> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as object;
  } catch {
    return fallback;
  }
}

function numberIn(value: object, key: string): number {
  const found: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
  return typeof found === 'number' ? found : 0;
}

/** The first of six free ports in a row, from `first` on. Runs at the same time begin far from each other. */
async function freePortBase(first: number): Promise<number> {
  for (let base = first; base < first + 3000; base += 10) {
    const free = await Promise.all(Array.from({ length: 6 }, (_, index) => isFree(base + index)));
    if (free.every(Boolean)) return base;
  }
  throw new Error(`There are no six free ports in a row from ${first} on`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

function report(all: readonly Outcome[]): void {
  process.stdout.write('\n');
  for (const { title, passed, failed, seconds } of all) {
    const mark = failed === 0 ? '✔' : '✖';
    process.stdout.write(
      `${mark} ${title.padEnd(22)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${seconds.toFixed(1).padStart(7)} s\n`,
    );
  }
  const passed = all.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = all.reduce((sum, outcome) => sum + outcome.failed, 0);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}
