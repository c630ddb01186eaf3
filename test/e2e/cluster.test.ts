// The cluster engine on a sandbox of somebody else's, which has things of its own.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AdmissionregistrationV1Api } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { applyFiles } from '../../scripts/cluster/apply.ts';
import { openCluster, type ClusterClient } from '../../scripts/cluster/client.ts';
import { rolloutAll } from '../../scripts/cluster/rollout.ts';
import { claimNamespaces } from '../../scripts/engine/cluster/claim.ts';
import { findMesh } from '../../scripts/engine/cluster/mesh.ts';
import { ownLabels } from '../../scripts/engine/cluster/own-labels.ts';
import { manifestFiles } from '../../scripts/environment/apps.ts';
import { hasScript, startAtTerminal } from './support/at-terminal.ts';
import { expectNoDefect } from './support/expect-mistake.ts';
import { projectRoot, TestWorkshop, type Result } from './support/workshop.ts';

const namespace = 'istioinaction';
const { signal } = new AbortController();

let theirs: TestWorkshop;
let ours: TestWorkshop;
let cluster: ClusterClient;
let kubeconfig: string;

const run = async (script: string, args: readonly string[]): Promise<Result> => {
  const result = await ours.run(script, args, { KUBECONFIG: kubeconfig });
  expectNoDefect(result);
  return result;
};

const engine = ['--engine', 'cluster'];
const namespaces = async (): Promise<readonly string[]> =>
  (await cluster.core.listNamespace()).items.flatMap(({ metadata }) => metadata?.name ?? []);

beforeAll(async () => {
  [theirs, ours] = await Promise.all([TestWorkshop.open(), TestWorkshop.open()]);
  await theirs.run('up');
  const config = parse(readFileSync(join(theirs.labDir, 'kubeconfig'), 'utf8')) as {
    clusters: { name: string }[];
    contexts: { name: string; context: object }[];
  };
  const [context] = config.contexts;
  config.contexts = [
    { ...context, name: 'theirs', context: context?.context ?? {} },
    { name: 'gone', context: { ...context?.context, cluster: 'gone' } },
  ];
  const gone = { name: 'gone', cluster: { server: 'https://127.0.0.1:9' } };
  kubeconfig = theirs.write('config', stringify({ ...config, clusters: [...config.clusters, gone] }));
  cluster = openCluster(join(theirs.labDir, 'kubeconfig'));
  await cluster.core.createNamespace({ body: { metadata: { name: 'precious' } } });
});

afterAll(async () => {
  await ours[Symbol.asyncDispose]();
  await theirs[Symbol.asyncDispose]();
});

describe('before it is agreed to', () => {
  it('nothing is done to the cluster', async () => {
    const { exitCode, stderr } = await run('up', [...engine, '--context', 'theirs']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^The labs have not used the cluster of context "theirs" at https:\S+ before/);
    expect(stderr).toMatch(/\nNext: add --yes /);
  });

  it('one that does not answer is named with its address', async () => {
    const { exitCode, stderr } = await run('up', [...engine, '--context', 'gone', '--yes']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^The cluster of context "gone" at https:\/\/127\.0\.0\.1:9 cannot be reached: .*\nNext: /,
    );
  });
});

describe('a cluster that is used', () => {
  it('is reached, and the kubeconfig of its owner left as it is', async () => {
    const before = readFileSync(kubeconfig, 'utf8');
    const { exitCode, stdout } = await run('up', [...engine, '--context', 'theirs', '--yes']);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/✔ Istio 1\.25\.\d+: found/) as string]);
    expect(stdout).toContain(
      'forwarded; the cluster has no Prometheus, Grafana, Kiali, tracing, kube-ops-view, which no lab needs',
    );
    expect(readFileSync(kubeconfig, 'utf8')).toBe(before);
    const own = parse(readFileSync(join(ours.labDir, 'kubeconfig'), 'utf8')) as { contexts: object[] };
    expect(own.contexts).toHaveLength(1);
  });

  it('gets labelled objects only, in namespaces that nobody else had', async () => {
    expect(await claimNamespaces(cluster, [namespace], [])).toEqual([namespace]);
    await applyFiles(cluster, manifestFiles(projectRoot, ['catalog', 'webapp']), ownLabels);
    await rolloutAll(cluster, { namespace, signal });
    const deployment = await cluster.apps.readNamespacedDeployment({ namespace, name: 'catalog' });
    for (const { metadata } of [deployment, await cluster.core.readNamespace({ name: namespace })]) {
      expect(metadata?.labels).toMatchObject(ownLabels);
    }
    // Ours by their label, if the memory of them is lost.
    expect(await claimNamespaces(cluster, [namespace], [])).toEqual([namespace]);
    await expect(claimNamespaces(cluster, ['precious'], [])).rejects.toMatchObject({
      code: 'NAMESPACE_TAKEN',
      message: "The namespace precious of this cluster is not the workshop's",
    });
  });

  it('answers on our ports, also while pods of its gateway are killed', async () => {
    const url = `http://127.0.0.1:${ours.portBase}/api/catalog/items/1`;
    const statusOf = async (): Promise<number> =>
      fetch(url, { headers: { connection: 'close' } }).then(
        async (response) => {
          await response.text();
          return response.status;
        },
        () => 0,
      );
    expect(await statusOf()).toBe(200);
    const seen: number[] = [];
    for (let kill = 0; kill < 3; kill += 1) {
      await cluster.core.deleteCollectionNamespacedPod({
        namespace: 'istio-system',
        labelSelector: 'istio=ingressgateway',
        gracePeriodSeconds: 0,
      });
      for (let request = 0; request < 10; request += 1) seen.push(await statusOf());
    }
    // A request on its way through a pod that is killed is lost; those after it are not.
    expect(seen.filter((status) => status !== 200).length).toBeLessThanOrEqual(3);
    expect(seen.at(-1)).toBe(200);
  });

  it('says on the ports of addons that it has none', async () => {
    const response = await fetch(`http://127.0.0.1:${ours.portBase + 2}`);
    expect([response.status, await response.text()]).toEqual([
      503,
      'This cluster has no Service grafana in the namespace istio-system\n',
    ]);
  });

  it.skipIf(!hasScript)('is not the stage of a talk that names another one', async () => {
    const words = ['3', 'present', ...engine, '--context', 'elsewhere'];
    const env = { KUBECONFIG: kubeconfig, LAB_ENGINE: undefined };
    const { exitCode, stdout } = await startAtTerminal(ours, words, env).result;
    expect(exitCode).toBe(1);
    expect(stdout).toContain('There is no context "elsewhere" in your kubeconfig');
    expect(stdout).toContain('theirs');
  });

  it.skipIf(!hasScript)('is the stage of a talk that names it', async () => {
    const words = ['3', 'present', ...engine, '--context', 'theirs'];
    const talk = startAtTerminal(ours, words, { KUBECONFIG: kubeconfig, LAB_ENGINE: undefined });
    await talk.says(
      /Engine: cluster, .*context theirs[^]*Retries, 0:\d\d of about 15:00, in time \(h: keys\)/,
    );
    talk.type(' ');
    await talk.says(/Step 1 of \d+, .*keys\)/);
    talk.type(' ');
    await talk.says(/\$ c/);
    talk.type(' ');
    await talk.says(`http://localhost:${ours.portBase}/api/catalog`);
    talk.type(' ');
    await talk.says(/200\r\n[^]*Step 1 of \d+, .*keys\)/);
    // As a key: the terminal of a talk makes no signal of it.
    talk.type('\u0003');
    const result = await talk.result;
    expectNoDefect(result);
    expect(result).toMatchObject({ exitCode: 130, stderr: '' });
    expect(result.stdout).toMatch(
      /Stopped by Ctrl\+C\r\nNext: npm run lab 3 present begins again; j leads to any step\r\n/,
    );
    // The pods that answered are those of the cluster that was named.
    const { items } = await cluster.core.listNamespacedPod({ namespace, labelSelector: 'app=catalog' });
    expect(items).toHaveLength(1);
  });

  it('is left without what was made in it, and with all that was there', async () => {
    await applyFiles(cluster, manifestFiles(projectRoot, ['client']), ownLabels);
    const inDefault = { namespace: 'default', body: { metadata: { name: 'theirs' } } };
    await cluster.core.createNamespacedServiceAccount(inDefault);
    // What is removed is what was made here, whatever context is named now.
    const { exitCode, stdout } = await run('down', [...engine, '--context', 'gone']);
    expect([exitCode, stdout.split('\n').slice(1)]).toEqual([
      0,
      [
        `Ports from ${ours.portBase} on are no longer forwarded.`,
        `Removing from the cluster of context "theirs": ${namespace}, ServiceAccount default/netshoot, Deployment default/netshoot`,
        'That is done. Nothing else in it was touched.',
        `${ours.labDir} keeps your progress, logs, and what was downloaded.`,
        '',
      ],
    ]);
    const left = await namespaces();
    expect(left).toEqual(expect.arrayContaining(['default', 'istio-system', 'precious']));
    expect(left).not.toContain(namespace);
    const accounts = await cluster.core.listNamespacedServiceAccount({ namespace: 'default' });
    expect(accounts.items.map(({ metadata }) => metadata?.name)).toEqual(['default', 'theirs']);
    expect((await cluster.apps.listNamespacedDeployment({ namespace: 'default' })).items).toEqual([]);
    await expect(fetch(`http://127.0.0.1:${ours.portBase}`)).rejects.toThrow('fetch failed');
    expect(ours.leftovers()).toEqual([]);
  });
});

describe('an Istio that will not do', () => {
  const patchIstiod = async (path: string, value: unknown): Promise<void> => {
    await cluster.apps.patchNamespacedDeployment({
      namespace: 'istio-system',
      name: 'istiod',
      body: [{ op: 'replace', path, value }],
    });
  };

  it('is one that goes by its revision alone, until there is a default', async () => {
    const api = cluster.config.makeApiClient(AdmissionregistrationV1Api);
    const name = 'istio-sidecar-injector';
    const { metadata, webhooks } = await api.readMutatingWebhookConfiguration({ name });
    const make = async (newName: string, webhook: string, key: string, value: string): Promise<void> => {
      const body = {
        metadata: { name: newName, labels: { 'istio.io/rev': '1-25' } },
        webhooks: [
          {
            name: `${webhook}.sidecar-injector.istio.io`,
            namespaceSelector: { matchLabels: { [key]: value } },
            clientConfig: { service: { name: 'istiod-1-25', namespace: 'istio-system' } },
            admissionReviewVersions: ['v1'],
            sideEffects: 'None',
          },
        ],
      };
      await api.createMutatingWebhookConfiguration({ body });
    };
    await api.deleteMutatingWebhookConfiguration({ name });
    await make(`${name}-1-25`, 'rev.namespace', 'istio.io/rev', '1-25');
    await expect(findMesh(cluster)).rejects.toMatchObject({
      code: 'MESH_UNSUITABLE',
      message:
        'Istio of this cluster gives sidecars only to namespaces with istio.io/rev=1-25, and those of the labs have istio-injection=enabled',
      hint: expect.stringMatching(/^istioctl tag set default --revision 1-25 /) as string,
    });
    await make('istio-revision-tag-default', 'namespace', 'istio-injection', 'enabled');
    expect(await findMesh(cluster)).toMatch(/^1\.25\./);
    for (const made of [`${name}-1-25`, 'istio-revision-tag-default'])
      await api.deleteMutatingWebhookConfiguration({ name: made });
    await expect(findMesh(cluster)).rejects.toMatchObject({
      message: 'Istio of this cluster gives sidecars to no namespace with istio-injection=enabled',
    });
    const { labels = {} } = metadata ?? {};
    await api.createMutatingWebhookConfiguration({
      body: { metadata: { name, labels }, webhooks: webhooks ?? [] },
    });
  });

  it('is one without the gateway that the labs send their requests through', async () => {
    const service = { namespace: 'istio-system', name: 'istio-ingressgateway' };
    const { spec } = await cluster.core.readNamespacedService(service);
    const ports = spec?.ports ?? [];
    const change = async (path: string, value: unknown): Promise<unknown> =>
      cluster.core.patchNamespacedService({ ...service, body: [{ op: 'replace', path, value }] });
    await change(
      '/spec/ports',
      ports.filter(({ port }) => port !== 80),
    );
    await expect(findMesh(cluster)).rejects.toMatchObject({
      message: 'The Service istio-ingressgateway lacks port 80',
    });
    await change('/spec/ports', ports);
    await change('/spec/selector', { app: 'gateway' });
    await expect(findMesh(cluster)).rejects.toMatchObject({
      message: expect.stringContaining("the labs' Gateways need istio=ingressgateway") as string,
    });
    await cluster.core.deleteNamespacedService(service);
    await expect(findMesh(cluster)).rejects.toMatchObject({
      message: 'Istio of this cluster has no Service istio-ingressgateway in istio-system',
    });
  });

  it('is one that is too old', async () => {
    await patchIstiod('/spec/template/spec/containers/0/image', 'docker.io/istio/pilot:1.11.2');
    await expect(findMesh(cluster)).rejects.toMatchObject({
      message: 'Istio 1.11.2 of this cluster is too old for the labs',
    });
  });

  it('is none at all', async () => {
    await cluster.apps.deleteNamespacedDeployment({ namespace: 'istio-system', name: 'istiod' });
    expect(await findMesh(cluster)).toBeUndefined();
  });

  it('leaves what there is to know of it, and nothing of what is not ours', async () => {
    const { exitCode, stdout, stderr } = await run('up', [...engine, '--context', 'theirs']);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('has no Istio in istio-system') as string,
    ]);
    const folder = /^Diagnostics: (.+\/up-\d{4}-.+)$/m.exec(stdout)?.[1] ?? '';
    expect(readFileSync(join(folder, 'README.txt'), 'utf8')).toContain(stderr.split('\n')[0]);
    const pods = readFileSync(join(folder, 'pods.txt'), 'utf8');
    expect(pods).toContain('istio-ingressgateway');
    expect(pods).not.toContain('kube-system');
    expect(readdirSync(join(folder, 'objects'))).toEqual(['istio-system.yaml']);
  });
});
