// What the user is told when a kind cluster cannot be set up: the set-up with programs that fail in the words of the
// real ones.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KindStage } from './support.ts';

const { signal } = new AbortController();

let stage: KindStage;

beforeEach(async () => {
  stage = await KindStage.open();
});

afterEach(() => stage[Symbol.dispose]());

describe('a kind cluster that cannot be made', () => {
  it.each([
    [
      'Docker is stopped',
      'daemon-down',
      'Docker does not answer: Cannot connect to the Docker daemon at unix:///var/run/docker.sock',
      /start it .*--engine sandbox/,
    ],
    [
      'Docker is not for this user',
      'denied',
      'You may not talk to Docker: its socket belongs to others',
      /usermod -aG docker/,
    ],
    [
      'the registry of the node image cannot be reached',
      'node-image',
      /^The image kindest\/node:v1\.32\.2@sha256:36187f\w+ could not be pulled: its registry cannot be reached$/,
      /HTTPS_PROXY/,
    ],
    [
      'a port is taken by a container',
      'port-in-use',
      (base: number) => `Port ${base + 3} (Kiali) is used by another program`,
      /export LAB_PORT_BASE=\d+/,
    ],
    [
      'the name is in use',
      'name-in-use',
      'There is a kind cluster named mesh-workshop already, and it was not made from this folder',
      /kind delete cluster --name mesh-workshop/,
    ],
    [
      'Docker has no network left',
      'no-networks',
      'Docker has no free address range left for a network',
      /docker network prune/,
    ],
    [
      'the node does not boot',
      'no-boot',
      /^The node did not boot: too few inotify instances/,
      /npm run doctor/,
    ],
    ['Kubernetes does not start', 'kubeadm', /^Kubernetes did not start in the node: mostly memory/, /4 GB/],
  ] as const)('says so when %s', async (_, fail, sentence, hint) => {
    const error = await stage.failure(stage.engine([fail]), { upTo: 'api' });
    expect(error.message).toMatch(typeof sentence === 'function' ? sentence(stage.portBase) : sentence);
    expect(error.hint).toMatch(hint);
  });

  it('is found out before anything is made when a port is taken on this machine', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(stage.portBase + 1, '127.0.0.1', resolve);
    });
    const error = await stage.failure(stage.engine(), { upTo: 'api' });
    server.close();
    expect(error.message).toBe(`Port ${stage.portBase + 1} (Prometheus) is used by another program`);
    expect(stage.standIns.calls('kind').filter((call) => call.startsWith('kind create'))).toEqual([]);
  });

  it('leaves its logs and no container', async () => {
    const { evidence } = await stage.failure(stage.engine(['kubeadm']), { upTo: 'api' });
    const logs = join(stage.labDir.kind, 'logs');
    // What tells, out of all that kubeadm and the kubelet print.
    expect(evidence.slice(1)).toEqual([
      '[api-check] The API server is not healthy after 4m0.000487163s',
      '\tcontext deadline exceeded',
      'error execution phase wait-control-plane',
      expect.stringMatching(
        /^kubelet: "Error syncing pod, skipping" err=.*lookup registry\.k8s\.io: no such host/,
      ),
      `the logs of mesh-workshop-control-plane: ${logs}`,
    ]);
    expect(existsSync(logs)).toBe(true);
    expect(stage.standIns.calls('kind').at(-1)).toMatch(/^kind delete cluster --name mesh-workshop /);
  });

  it('is not touched when it is of another folder, not even by down', async () => {
    const other =
      '[{"State":{"Running":true},"HostConfig":{"Binds":["/else/certs.d:/etc/containerd/certs.d:ro"]}}]';
    writeFileSync(join(stage.standIns.dir, 'node.json'), other);
    const { code } = await stage.failure(stage.engine(), { upTo: 'api' });
    expect(code).toBe('NAME_IN_USE');
    writeFileSync(
      join(stage.labDir.kind, 'cluster.json'),
      '{"track":"course","portBase":30000,"created":true}',
    );
    await expect(stage.engine().down(signal, () => undefined)).resolves.toBe(false);
    expect(stage.standIns.calls('kind').filter((call) => call.startsWith('kind delete'))).toEqual([]);
    expect(readFileSync(join(stage.standIns.dir, 'node.json'), 'utf8')).toBe(other);
  });
});

describe('a kind cluster whose making was interrupted', () => {
  it('is removed and made again by the next set-up', async () => {
    const stop = new AbortController();
    const stopped = stage.setUp(stage.engine(['hangs']), {
      upTo: 'api',
      signal: stop.signal,
      onEvent: ({ kind, id }) => {
        if (kind === 'done' && id === 'node') stop.abort(new Error('Ctrl+C'));
      },
    });
    await expect(stopped).rejects.toThrow('Ctrl+C');
    stage.standIns.forgetCalls();
    await stage.failure(stage.engine(['kubeadm']), { upTo: 'api' });
    const calls = stage.standIns.calls('kind').filter((call) => !call.startsWith('kind version'));
    expect(calls.map((call) => call.split(' ').slice(1, 3).join(' '))).toEqual([
      'delete cluster',
      'create cluster',
      'export logs',
      'delete cluster',
    ]);
  });
});

describe('images in the node', () => {
  it('are not asked for before the container runtime answers, which kind does not wait for on cgroup v1', async () => {
    await stage.setUp(stage.engine(['runtime-late', 'no-node']), { upTo: 'images' });
    const asked = stage.standIns.calls('docker').filter((call) => / crictl (?:version|pull) ?/.test(call));
    expect(asked.map((call) => call.split(' ')[4]).slice(0, 4)).toEqual([
      'version',
      'version',
      'version',
      'pull',
    ]);
  });

  it('are given up when the container runtime never answers', async () => {
    const engine = stage.engine(['runtime-never', 'hangs'], { nodeWithinMs: 0 });
    const { message, evidence } = await stage.failure(engine, { upTo: 'images' });
    expect(message).toBe('The container runtime of mesh-workshop-control-plane does not answer after 0 s');
    expect(evidence.join('\n')).toContain('dial unix /run/containerd/containerd.sock');
  });
});

describe('an image that does not come', () => {
  it('says that Docker Hub gives no more, and stops the rest', async () => {
    const error = await stage.failure(stage.engine(['rate-limit', 'hangs']), { upTo: 'images' });
    expect(error.message).toMatch(
      /^The image docker\.io\/istio\/(?:proxyv2|pilot):1\.25\.1 could not be pulled: Docker Hub gives no more to this address for now$/,
    );
    expect(error.evidence.join('\n')).toContain('toomanyrequests');
  });

  it('is built from apps/ when there is none for this machine, under its own name', async () => {
    await stage.setUp(stage.engine(['no-platform', 'no-node']), { upTo: 'images' });
    const calls = stage.standIns.calls('docker');
    expect(calls).toContainEqual(
      expect.stringMatching(
        /^docker build --file \S+apps\/Dockerfile --build-arg APP=catalog --tag istioinaction\/catalog:latest /,
      ),
    );
    expect(stage.standIns.calls('kind')).toContainEqual(
      expect.stringMatching(/^kind load image-archive \S+image\.tar --name mesh-workshop$/),
    );
  });
});
