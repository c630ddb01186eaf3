// A cluster from its first start to its end: twice, at the same time, after a crash, and when it is gone.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../scripts/process/run.ts';
import { findProgram } from '../../scripts/doctor/programs.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectMistake, expectNoDefect, expectPlainText } from './support/expect-mistake.ts';
import { TestWorkshop, type Result } from './support/workshop.ts';

const hasKubectl = (await findProgram('kubectl', new AbortController().signal)).version !== undefined;

let workshop: TestWorkshop;

beforeAll(async () => {
  workshop = await TestWorkshop.open();
});

afterAll(async () => {
  await workshop[Symbol.asyncDispose]();
});

const kubectl = async (...args: string[]): ReturnType<typeof run> =>
  run('kubectl', ['--kubeconfig', join(workshop.labDir, 'kubeconfig'), ...args]);

const statusOf = async (): Promise<[number | null, unknown]> => {
  const { exitCode, stdout } = await workshop.run('status', ['--json']);
  return [exitCode, JSON.parse(stdout)];
};

const quiet = (result: Result): Result => {
  expectNoDefect(result);
  expectPlainText(result);
  return result;
};

describe('before the cluster is started', () => {
  it('status says that it is down and how to start it, and down has nothing to stop', async () => {
    const [text, json, stop] = await Promise.all([workshop.run('status'), statusOf(), workshop.run('down')]);
    expect(quiet(text)).toMatchObject({ exitCode: 1, stderr: '' });
    expect(text.stdout).toMatch(/State: +down \(no sandbox process\)\nNext: +npm run up\n/);
    expect(json).toEqual([
      1,
      expect.objectContaining({ engine: 'sandbox', state: 'down', gateway: null, podsNotReady: [] }),
    ]);
    expect(quiet(stop)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(stop.stdout).toContain('There was no cluster to stop.');
  });
});

describe('two starts at the same time', () => {
  it('make one cluster, which both have', async () => {
    const results = await Promise.all([workshop.run('up'), workshop.run('up')]);
    for (const result of results) expect(quiet(result)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(workshop.sandboxes()).toHaveLength(1);
    expect(workshop.leftovers()).toEqual([]);
  });
});

describe('a cluster that is up', () => {
  it('is found by another up, which starts nothing', async () => {
    const before = workshop.sandboxes();
    const { exitCode, stdout } = quiet(await workshop.run('up'));
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`export KUBECONFIG=`);
    expect(workshop.sandboxes()).toEqual(before);
  });

  it('is not started anew because it is slow to answer', async () => {
    const before = workshop.sandboxes();
    const [pid = 0] = before;
    process.kill(pid, 'SIGSTOP');
    const command = workshop.start('up');
    // Longer than any answer takes on a machine that does nothing else.
    await sleep(3000);
    process.kill(pid, 'SIGCONT');
    expect(quiet(await command.result)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(workshop.sandboxes()).toEqual(before);
  });

  it('is shown by status with its ports and pods', async () => {
    const [text, json] = await Promise.all([workshop.run('status'), statusOf()]);
    expect(quiet(text).exitCode).toBe(0);
    expect(text.stdout).toMatch(/State: +up[^]*Pods: +all ready/);
    expect(json).toEqual([
      0,
      {
        engine: 'sandbox',
        state: 'up',
        detail: expect.stringContaining(`process ${workshop.sandboxes()[0]}`) as string,
        version: expect.stringMatching(/^v1\./) as string,
        gateway: `http://localhost:${workshop.portBase}`,
        kubeconfig: join(workshop.labDir, 'kubeconfig'),
        podsNotReady: [],
      },
    ]);
  });

  it('lets doctor find nothing wrong', async () => {
    const [text, json] = await Promise.all([workshop.run('doctor'), workshop.run('doctor', ['--json'])]);
    expect(quiet(text)).toMatchObject({ exitCode: 0, stderr: '' });
    const findings = JSON.parse(quiet(json).stdout) as { id: string; status: string }[];
    expect(findings.map(({ id }) => id)).toEqual([
      'node',
      'bash',
      'curl',
      'kubectl',
      'folder',
      'disk',
      'ports',
    ]);
    expect(findings.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(text.stdout.trimEnd().split('\n').length).toBeGreaterThanOrEqual(findings.length);
  });

  it('is not moved by another LAB_PORT_BASE', async () => {
    const other = workshop.portBase + 6;
    const result = await workshop.run('up', [], { LAB_PORT_BASE: String(other) });
    expectMistake(
      result,
      `The sandbox runs on ports from ${workshop.portBase}, but LAB_PORT_BASE asks for ${other}`,
      `LAB_PORT_BASE=${workshop.portBase}`,
    );
    expect(workshop.sandboxes()).toHaveLength(1);
  });
});

describe('a cluster whose process was killed', () => {
  it.skipIf(!hasKubectl)('comes back with the objects made in it, and its pods run', async () => {
    await kubectl('create', 'namespace', 'kept');
    await kubectl('-n', 'kept', 'create', 'configmap', 'note', '--from-literal=text=kept');
    await kubectl(
      '-n',
      'kept',
      'create',
      'deployment',
      'client',
      '--image=curlimages/curl',
      '--',
      'sleep',
      '9999',
    );
    await kubectl('-n', 'kept', 'rollout', 'status', 'deployment/client', '--timeout=60s');
    const [pid = 0] = workshop.sandboxes();
    process.kill(pid, 'SIGKILL');

    const [exitCode, report] = await statusOf();
    expect([exitCode, report]).toEqual([1, expect.objectContaining({ state: 'down' })]);
    expect(quiet(await workshop.run('up'))).toMatchObject({ exitCode: 0, stderr: '' });

    const note = await kubectl('-n', 'kept', 'get', 'configmap', 'note', '-o', 'jsonpath={.data.text}');
    expect(note.stdout).toBe('kept');
    const wait = await kubectl(
      '-n',
      'kept',
      'wait',
      'pod',
      '--all',
      '--for=condition=Ready',
      '--timeout=60s',
    );
    expect([wait.exitCode, wait.stderr]).toEqual([0, '']);
    const pods = await kubectl('-n', 'kept', 'get', 'pods', '--no-headers');
    expect(pods.stdout).toMatch(/^client-\S+ +1\/1 +Running /);
  });
});

describe('a cluster that is stopped', () => {
  it('is gone, and its kubeconfig leads nowhere', async () => {
    const stopped = quiet(await workshop.run('down'));
    expect(stopped).toMatchObject({ exitCode: 0, stderr: '' });
    expect(stopped.stdout.split('\n').slice(1)).toEqual([
      'The sandbox is stopped.',
      'What was made in it stays on disk, and comes back with npm run up.',
      `${workshop.labDir} keeps your progress, logs, and what was downloaded.`,
      '',
    ]);
    expect(workshop.sandboxes()).toEqual([]);
    expect(existsSync(join(workshop.labDir, 'kubeconfig'))).toBe(true);
    expect(workshop.sandboxLog).not.toContain('    at ');
  });

  it.skipIf(!hasKubectl)('makes kubectl say that nobody answers', async () => {
    const { exitCode, stderr } = await kubectl('get', 'pods');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/refused/);
  });

  it('is removed with all it kept by down --purge', async () => {
    const { exitCode, stderr, stdout } = quiet(await workshop.run('down', ['--purge']));
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`${workshop.labDir} is removed`);
    expect(existsSync(workshop.labDir)).toBe(false);
  });
});
