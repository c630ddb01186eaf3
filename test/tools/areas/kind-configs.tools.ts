// The real kind reads every config of kind/, and asks Docker for the node that we mean.

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { portNames } from '../../../scripts/engine/ports.ts';
import { run, type RunResult } from '../../../scripts/process/run.ts';
import { trackNames } from '../../../scripts/tools/releases.ts';
import { findTools } from '../support/find-tools.ts';

const { path: kind } = (await findTools()).kind;
const root = join(import.meta.dirname, '..', '..', '..');
const dir = mkdtempSync(join(tmpdir(), 'mesh-workshop-kind-'));
copyFileSync(join(root, 'test', 'tools', 'support', 'docker-that-records.sh'), join(dir, 'docker'));

afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** `docker` is ours; what it was asked is in the second part. */
async function create(config: string, name: string): Promise<[RunResult, readonly string[]]> {
  const log = join(dir, `${name}.log`);
  const result = await run(
    kind ?? '',
    ['create', 'cluster', '--config', config, '--kubeconfig', join(dir, 'kubeconfig')],
    {
      env: { PATH: [dir, '/usr/bin', '/bin'].join(delimiter), HOME: dir, DOCKER_LOG: log },
      timeoutMs: 30_000,
    },
  );
  return [result, readFileSync(log, { encoding: 'utf8', flag: 'a+' }).split('\n')];
}

describe.skipIf(kind === undefined)('kind create cluster', () => {
  it.each(trackNames)('asks for the node of %s, with six ports on 127.0.0.1', async (track) => {
    const config = join(root, 'kind', track, 'cluster.yaml');
    const { name, nodes } = parse(readFileSync(config, 'utf8')) as {
      name: string;
      nodes: readonly { readonly image: string }[];
    };
    const [{ exitCode, stderr }, asked] = await create(config, track);
    expect(stderr).toContain('no node is made here');
    expect(exitCode).toBe(1);
    const node = asked.find((line) => line.startsWith('run ')) ?? '';
    expect(node).toMatch(new RegExp(`^run --name ${name}-control-plane .* ${nodes[0]?.image ?? ''}$`));
    expect(nodes[0]?.image).toMatch(/^kindest\/node:v[\d.]+@sha256:[0-9a-f]{64}$/);
    const published = [...node.matchAll(/--publish=(\S+)/g)].map(([, port = '']) => port);
    const ports = portNames.map((_, index) => 30_000 + index);
    expect(published.filter((port) => !port.endsWith(':6443/TCP'))).toEqual(
      ports.map((port) => `127.0.0.1:${port}:${port}/TCP`),
    );
  });

  it('refuses a field that it does not have, so that a config that passes has none', async () => {
    const config = join(dir, 'wrong.yaml');
    writeFileSync(config, 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n  - rolle: worker\n');
    const [{ exitCode, stderr }] = await create(config, 'wrong');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('field rolle not found') as string]);
  });

  it('refuses a value that makes no sense, before it asks for a node', async () => {
    const config = join(dir, 'subnet.yaml');
    writeFileSync(
      config,
      'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnetworking:\n  podSubnet: 10.10/99\n',
    );
    const [{ exitCode, stderr }, asked] = await create(config, 'subnet');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('invalid pod subnet') as string]);
    expect(asked.filter((line) => line.startsWith('run '))).toEqual([]);
  });
});
