// One kind cluster on stand-ins, from nothing to its end, with what may happen to it on the way.

import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCluster, type ClusterClient } from '../../../../scripts/cluster/client.ts';
import { KindStage } from './support.ts';

const { signal } = new AbortController();

let stage: KindStage;

beforeAll(async () => {
  stage = await KindStage.open();
});

afterAll(() => stage[Symbol.dispose]());

const cluster = (): ClusterClient => openCluster(stage.labDir.kubeconfig);

const calls = (program: string, words: string): readonly string[] =>
  stage.standIns.calls(program).filter((call) => call.startsWith(`${program} ${words}`));

/** As if the installation had never come to its end. */
async function forgetInstallation(): Promise<void> {
  await cluster().core.patchNamespace(
    { name: 'istio-system', body: { metadata: { annotations: { 'mesh-workshop/installed': null } } } },
    setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
  );
}

async function setReady(status: string, message: string): Promise<void> {
  await cluster().core.patchNodeStatus(
    {
      name: 'mesh-workshop-control-plane',
      body: { status: { conditions: [{ type: 'Ready', status, message }] } },
    },
    setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
  );
}

describe('a kind cluster', () => {
  // A whole cluster starts here: on a busy machine that takes more than the seconds that other tests have.
  it(
    'is set up from nothing, with images pulled into the node before Kubernetes runs in it',
    { timeout: 60_000 },
    async () => {
      await stage.setUp(stage.engine());
      const all = readFileSync(join(stage.standIns.dir, 'calls.log'), 'utf8').split('\n');
      const at = (words: string): number => all.findIndex((call) => call.startsWith(words));
      expect(at('docker pull kindest/node:v1.32.2@sha256:')).toBeLessThan(at('kind create cluster'));
      expect(
        at('docker exec mesh-workshop-control-plane crictl pull docker.io/istio/proxyv2:1.25.1'),
      ).toBeLessThan(at('kind get kubeconfig'));
      expect(calls('kind', 'create')).toEqual([
        `kind create cluster --name mesh-workshop --config ${join(stage.labDir.kind, 'cluster.yaml')} --kubeconfig ${join(stage.labDir.kind, 'kubeconfig')} --retain`,
      ]);
      expect(calls('istioctl', 'install')).toEqual([
        expect.stringMatching(
          /^istioctl install -y -f \S+\/kind\/course\/istio\.yaml --readiness-timeout 15m --kubeconfig \S+ --context kind-mesh-workshop$/,
        ),
      ]);
      expect(await stage.engine().status(signal)).toMatchObject({
        state: 'up',
        portBase: stage.portBase,
        detail: 'kind cluster mesh-workshop, track course: Istio 1.25.1 on Kubernetes 1.32.2',
        urls: { Kiali: `http://localhost:${stage.portBase + 3}/kiali` },
      });
    },
  );

  it('has the addons with the ports of this machine, and a Telemetry that traces', async () => {
    const { core, objects } = cluster();
    const { data } = await core.readNamespacedConfigMap({ name: 'kiali', namespace: 'istio-system' });
    expect(data?.['config.yaml']).toContain(`url: http://localhost:${stage.portBase + 4}/jaeger`);
    const { items } = await core.listNamespacedService({ namespace: 'istio-system' });
    const nodePorts = items
      .flatMap(({ spec }) => spec?.ports ?? [])
      .flatMap(({ nodePort }) => nodePort ?? []);
    expect(nodePorts.filter((port) => port <= 30_005).toSorted((a, b) => a - b)).toEqual([
      30_000, 30_001, 30_002, 30_003, 30_004,
    ]);
    const telemetry = { apiVersion: 'telemetry.istio.io/v1', kind: 'Telemetry' };
    const metadata = { name: 'mesh-default', namespace: 'istio-system' };
    await expect(objects.read({ ...telemetry, metadata })).resolves.toBeDefined();
  });

  it('is found by the next set-up, which makes, pulls and installs nothing', async () => {
    stage.standIns.forgetCalls();
    await stage.setUp(stage.engine());
    expect(calls('kind', 'create')).toEqual([]);
    expect([
      calls('docker', 'pull'),
      calls('docker', 'exec mesh-workshop-control-plane crictl pull'),
    ]).toEqual([[], []]);
    expect(calls('istioctl', 'install')).toEqual([]);
    expect(calls('istioctl', 'x precheck')).toEqual([]);
  });

  it('is not moved to other ports, nor to another track', async () => {
    const moved = stage.engine([], { portBase: stage.portBase + 10 });
    expect((await stage.failure(moved, { upTo: 'api' })).message).toBe(
      `The kind cluster has the ports from ${stage.portBase}, but LAB_PORT_BASE asks for ${stage.portBase + 10}`,
    );
    const other = stage.engine([], {
      track: 'current',
      env: { ...stage.standIns.env(), STAND_INS_ISTIO: '1.30.3' },
    });
    const node = other.setUp({ images: [], namespaces: [] }).find(({ id }) => id === 'node');
    const note = (): void => undefined;
    await expect(node?.run({ signal, note })).rejects.toThrow(
      'The kind cluster is of the track course, and current is asked for',
    );
  });
});

describe('an installation of Istio that does not come to its end', () => {
  it('is gone on with by the next set-up when it was interrupted', async () => {
    await forgetInstallation();
    const stop = new AbortController();
    const stopped = stage.setUp(stage.engine(['gateway-hangs']), {
      upTo: 'gateway',
      signal: stop.signal,
      onEvent: ({ kind, id }) => {
        if (kind === 'done' && id === 'istiod') stop.abort(new Error('Ctrl+C'));
      },
    });
    await expect(stopped).rejects.toThrow('Ctrl+C');
    stage.standIns.forgetCalls();
    await stage.setUp(stage.engine(), { upTo: 'gateway' });
    expect([calls('kind', 'create'), calls('istioctl', 'install').length]).toEqual([[], 1]);
  });

  it('is told by the pod that cannot start, long before istioctl gives up', async () => {
    await forgetInstallation();
    const { message, hint, evidence } = await stage.failure(stage.engine(['istiod-image']), {
      upTo: 'gateway',
    });
    expect(message).toMatch(
      /^Pod istio-system\/istiod-canary-\S+ cannot start: (?:ErrImagePull|ImagePullBackOff) /,
    );
    expect(hint).toMatch(/^kubectl -n istio-system describe pod istiod-canary-/);
    expect(evidence.join('\n')).toMatch(/^event Failed: .*istio\/broken:1\.25\.1/m);
    await cluster().apps.deleteNamespacedDeployment({ name: 'istiod-canary', namespace: 'istio-system' });
  });

  it("is told in istioctl's words when its wait times out", async () => {
    await expect
      .poll(async () =>
        (await cluster().apps.listNamespacedDeployment({ namespace: 'istio-system' })).items.map(
          ({ metadata }) => metadata?.name,
        ),
      )
      .not.toContain('istiod-canary');
    await expect
      .poll(async () =>
        (await cluster().core.listNamespacedPod({ namespace: 'istio-system' })).items.some(({ metadata }) =>
          metadata?.name?.startsWith('istiod-canary'),
        ),
      )
      .toBe(false);
    const { message, evidence } = await stage.failure(stage.engine(['istiod-timeout']), { upTo: 'gateway' });
    expect(message).toBe('istioctl could not install Istio: it ended with exit code 1');
    expect(evidence[0]).toMatch(/^✘ Istiod encountered an error: .* resources not ready after 5m0s/);
  });

  it('goes on when the precheck has warnings, and keeps them', async () => {
    await stage.setUp(stage.engine(['precheck']), { upTo: 'gateway' });
    expect(readFileSync(join(stage.labDir.kind, 'precheck.log'), 'utf8')).toContain(
      'lower than the minimum version',
    );
  });
});

describe('a node', () => {
  it('that is not ready in time is an error, although kind ended well', async () => {
    await setReady('False', 'cni plugin not initialized');
    const error = await stage.failure(stage.engine([], { nodeWithinMs: 0 }), { upTo: 'node-ready' });
    expect(error.message).toBe(
      'The node mesh-workshop-control-plane is not ready after 0 s: cni plugin not initialized',
    );
    await setReady('True', 'kubelet is posting ready status');
  });

  it('that was stopped is started again, and the cluster is as it was', async () => {
    stage.standIns.killNode();
    const file = join(stage.standIns.dir, 'node.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"Running":true', '"Running":false'));
    expect(await stage.engine().status(signal)).toMatchObject({
      state: 'down',
      detail: 'its container is stopped',
    });
    stage.standIns.forgetCalls();
    await stage.setUp(stage.engine(), { upTo: 'api' });
    expect(calls('docker', 'start')).toEqual(['docker start mesh-workshop-control-plane']);
    expect(calls('kind', 'create')).toEqual([]);
  });
});

describe('down', () => {
  it('deletes the cluster by its name and nothing else, and finds nothing the second time', async () => {
    stage.standIns.forgetCalls();
    const told: string[] = [];
    await expect(stage.engine().down(signal, (sentence) => told.push(sentence))).resolves.toBe(true);
    expect(told).toEqual([
      'Deleting the kind cluster mesh-workshop',
      'It is deleted, and what was made in it with it. The image of its node stays in Docker.',
    ]);
    expect(calls('kind', 'delete')).toEqual([
      `kind delete cluster --name mesh-workshop --kubeconfig ${join(stage.labDir.kind, 'kubeconfig')}`,
    ]);
    expect(await stage.engine().status(signal)).toMatchObject({
      state: 'down',
      detail: 'no kind cluster was made here',
    });
    await expect(stage.engine().down(signal, () => undefined)).resolves.toBe(false);
  });
});
