// A lab on the kind engine as a user types it, with stand-ins for docker, kind and istioctl. All labs: npm run test:kind

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StandIns } from '../support/stand-ins.ts';
import { expectNoDefect } from './support/expect-mistake.ts';
import { TestWorkshop, type Environment, type Result } from './support/workshop.ts';

const lab = `---
lab: 1
title: Catalog
summary: The catalog behind the gateway
minutes: 5
apps: [catalog, webapp]
namespaces: [istioinaction]
---

# Catalog

## Ask for it

\`\`\`sh
kubectl -n istioinaction get pods -o name | wc -l
\`\`\`
\`\`\`text expect=contains
2
\`\`\`

<details><summary>Check: the gateway answers</summary>

\`\`\`yaml check
http:
  get: http://localhost:30000/api/catalog
  status: 200
invariant: true
\`\`\`

</details>
`;

let workshop: TestWorkshop;
let standIns: StandIns;
let env: Environment;

beforeAll(async () => {
  workshop = await TestWorkshop.open();
  standIns = new StandIns();
  workshop.write('labs/01-catalog/README.md', lab);
  env = { ...standIns.env(), LABS_DIR: join(workshop.dir, 'labs') };
});

afterAll(async () => {
  await workshop[Symbol.asyncDispose]();
  standIns[Symbol.dispose]();
});

const run = async (name: string, ...args: readonly string[]): Promise<Result> => {
  const result = await workshop.run(name, args, env);
  expectNoDefect(result);
  return result;
};

/** Through a proxy that lets nobody out. */
async function hostsAskedBy(name: string, ...args: readonly string[]): Promise<readonly string[]> {
  const hosts: string[] = [];
  const proxy = createServer().on('connect', ({ url = '' }, socket) => {
    hosts.push(url);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  const result = await workshop.run(name, args, { ...env, HTTPS_PROXY: `http://127.0.0.1:${port}` });
  proxy.close();
  expect([result.exitCode, result.stderr]).toEqual([0, '']);
  return hosts;
}

describe('doctor', () => {
  it('asks Docker Hub before it pulls images how many it gives, through the proxy that there is', async () => {
    expect(await hostsAskedBy('doctor', '--engine', 'kind')).toEqual(['auth.docker.io:443']);
  });
});

describe('a set-up that fails', () => {
  it('leaves what the cluster and its node say, and is in JUnit', async () => {
    const junit = join(workshop.dir, 'junit.xml');
    const failing = { ...env, STAND_INS_FAIL: 'istiod-timeout' };
    const args = ['1', 'verify', '--engine', 'kind', '--junit', junit];
    const { exitCode, stdout, stderr } = await workshop.run('lab', args, failing);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/^istioctl could not install Istio/) as string,
    ]);
    const folder = /^Diagnostics: (.+)$/m.exec(stdout)?.[1] ?? '';
    const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
    expect(text('README.txt')).toContain(`Lab 1 failed on the kind engine.\n${stderr.trimEnd()}\n`);
    expect(text('README.txt')).not.toContain('Not found out');
    expect(text('engine/node.log')).toContain('Multi-User System');
    expect(text('engine/kubelet.log')).toContain('kubelet: started');
    expect(text('pods.txt')).toContain('istiod-');
    expect(readFileSync(junit, 'utf8')).toMatch(
      /tests="\d+" failures="1"[^]*name="The lab runs"[^]*type="unfinished"/,
    );
  });
});

describe('the kind engine', () => {
  it('runs a lab from nothing, and says first what it is', async () => {
    const { exitCode, stdout, stderr } = await run('lab', '1', 'verify', '--engine', 'kind');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^Engine: kind, Istio 1\.25\.1 on Kubernetes 1\.32\.2, in Docker \(choose with --engine or LAB_ENGINE\)\n/,
    );
    expect(stdout).toContain('✔ Lab 1 passed');
    const pulled = standIns.calls('docker').filter((call) => call.includes('crictl pull istioinaction/'));
    // Side by side, so in any order.
    const names = pulled.map((call) => call.split('/').at(-1));
    expect([names.length, new Set(names)]).toEqual([2, new Set(['catalog:latest', 'webapp:latest'])]);
  });

  it('is found without a flag from then on, and where the time went is saved', async () => {
    const timings = join(workshop.dir, 'timeline.json');
    const { exitCode, stdout, stderr } = await run('up', '--timings', timings);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`\nKiali:       http://localhost:${workshop.portBase + 3}/kiali\n`);
    const { tasks } = JSON.parse(readFileSync(timings, 'utf8')) as {
      tasks: { id: string; status: string }[];
    };
    expect(tasks.filter(({ status }) => status !== 'done')).toEqual([]);
    expect(tasks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['node', 'istiod', 'gateway', 'addons']),
    );
  });

  it('asks Docker Hub nothing when all images are there', async () => {
    expect(await hostsAskedBy('doctor')).toEqual([]);
  });

  it('is shown by status with its versions and what can be opened', async () => {
    const { exitCode, stdout } = await run('status', '--json');
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({
        engine: 'kind',
        detail: 'kind cluster mesh-workshop, track course: Istio 1.25.1 on Kubernetes 1.32.2',
        urls: expect.objectContaining({ Grafana: `http://localhost:${workshop.portBase + 2}` }) as unknown,
        podsNotReady: [],
      }),
    ]);
  });

  it('is not left for another one while it is up', async () => {
    const { exitCode, stderr } = await run('up', '--engine', 'sandbox');
    expect([exitCode, stderr]).toEqual([
      1,
      'The kind engine is up, and sandbox is asked for\nNext: npm run down, then the same command again; or go on with --engine kind\n',
    ]);
  });

  it('is taken down by its name', async () => {
    const { exitCode, stdout } = await run('down');
    expect([exitCode, stdout.split('\n').slice(1)]).toEqual([
      0,
      [
        'Deleting the kind cluster mesh-workshop',
        'It is deleted, and what was made in it with it. The image of its node stays in Docker.',
        `${workshop.labDir} keeps your progress, logs, and what was downloaded.`,
        '',
      ],
    ]);
    expect(standIns.calls('kind').at(-1)).toMatch(/^kind delete cluster --name mesh-workshop /);
  });
});
