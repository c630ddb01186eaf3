import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeCaches, startCaches } from '../../../../scripts/engine/kind/caches.ts';
import { openPrograms } from '../../../../scripts/engine/kind/programs.ts';
import { KindStage } from './support.ts';

const { signal } = new AbortController();

let stage: KindStage;

beforeAll(async () => {
  stage = await KindStage.open();
});

afterAll(() => stage[Symbol.dispose]());

const docker = (): ReturnType<typeof openPrograms>['docker'] =>
  openPrograms({ labDir: stage.labDir, track: 'course', env: stage.standIns.env() }).docker;

const runs = (): readonly string[] =>
  stage.standIns.calls('docker').filter((call) => call.startsWith('docker run'));
const hostsFile = (): string => join(stage.labDir.kind, 'certs.d', 'docker.io', 'hosts.toml');

describe('caches of registries', () => {
  it('are containers on the network of the node, with their data in volumes', async () => {
    await startCaches(docker(), stage.labDir, { signal, note: () => undefined });
    expect(runs()).toContain(
      'docker run --detach --name mesh-workshop-cache-docker.io --label mesh-workshop=cache --network kind --restart unless-stopped --env REGISTRY_PROXY_REMOTEURL=https://registry-1.docker.io --volume /var/lib/registry registry:3',
    );
    expect(runs()).toHaveLength(3);
  });

  it('are told to the node, which asks the registry itself where they are silent', () => {
    expect(readFileSync(hostsFile(), 'utf8')).toBe(
      'server = "https://registry-1.docker.io"\n\n[host."http://mesh-workshop-cache-docker.io:5000"]\n  capabilities = ["pull", "resolve"]\n',
    );
  });

  it('outlive the cluster, and are started again for the next', async () => {
    stage.standIns.forgetCalls();
    await startCaches(docker(), stage.labDir, { signal, note: () => undefined });
    expect(runs()).toEqual([]);
  });

  it('are left by a set-up that does not ask for them, and stay', async () => {
    await stage.setUp(stage.engine(['no-node']), { upTo: 'sources' });
    expect(existsSync(hostsFile())).toBe(false);
    expect(stage.standIns.calls('docker').filter((call) => call.startsWith('docker rm'))).toEqual([]);
  });

  it('are removed with their data when all is', async () => {
    await removeCaches(docker(), signal);
    expect(stage.standIns.calls('docker').at(-1)).toMatch(
      /^docker rm --force --volumes mesh-workshop-cache-\S+-id /,
    );
  });
});
