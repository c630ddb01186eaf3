// A real dockerd, running and stopped, gives doctor's two answers.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inspectMachine } from '../../../scripts/doctor/machine/inspect.ts';
import type { Finding } from '../../../scripts/doctor/finding.ts';
import { judge } from '../../../scripts/doctor/row.ts';
import { rowsOf } from '../../../scripts/doctor/rows.ts';
import { run } from '../../../scripts/process/run.ts';
import { findTools } from '../support/find-tools.ts';

const { path: dockerd } = (await findTools()).dockerd;
const dir = mkdtempSync(join(tmpdir(), 'mesh-workshop-dockerd-'));
const socket = `unix://${join(dir, 'docker.sock')}`;
let daemon: ChildProcess | undefined;

/** Networks and the firewall of the machine are left alone. */
const settings = [
  ['--data-root', join(dir, 'data')],
  ['--exec-root', join(dir, 'exec')],
  ['--pidfile', join(dir, 'pid')],
  ['--host', socket],
  ['--iptables=false', '--ip6tables=false', '--bridge=none'],
].flat();

async function findings(): Promise<readonly Finding[]> {
  const machine = await inspectMachine({
    engine: 'kind',
    labDir: dir,
    kubeconfig: join(dir, 'kubeconfig'),
    portBase: 37_300,
    servedPortBase: undefined,
    track: 'course',
    toPull: async () => [],
    signal: new AbortController().signal,
  });
  return rowsOf('kind').flatMap((row) => judge(row, machine) ?? []);
}

beforeAll(() => vi.stubEnv('DOCKER_HOST', socket));

afterAll(async () => {
  if (daemon?.exitCode === null) {
    daemon.kill();
    await once(daemon, 'exit');
  }
  rmSync(dir, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

describe.skipIf(dockerd === undefined || process.getuid?.() !== 0)('dockerd', () => {
  it('that does not run is named, and nothing else of Docker is', async () => {
    const docker = (await findings()).filter(({ id }) => id.startsWith('docker'));
    expect(docker.map(({ id, status }) => [id, status])).toEqual([
      ['docker', 'ok'],
      ['docker-daemon', 'fail'],
    ]);
    expect(docker[1]?.detail).toBe(
      `Docker does not answer: Cannot connect to the Docker daemon at ${socket}`,
    );
  });

  it('that runs is looked at in full', async () => {
    daemon = spawn(dockerd ?? '', settings, { stdio: 'ignore' });
    await vi.waitFor(async () => expect((await run('docker', ['info'])).exitCode).toBe(0), {
      timeout: 30_000,
      interval: 200,
    });
    const all = await findings();
    const byId = new Map(all.map((finding) => [finding.id, finding]));
    expect(byId.get('docker-daemon')).toMatchObject({
      status: 'ok',
      detail: expect.stringMatching(/^Docker \d+\.\d+\S* answers$/) as string,
    });
    for (const id of ['docker-memory', 'docker-cpus', 'docker-disk', 'docker-clock', 'cgroups']) {
      expect(byId.has(id), `${id} on ${release()}`).toBe(true);
    }
    expect(byId.get('docker-clock')?.status).toBe('ok');
  });
});
