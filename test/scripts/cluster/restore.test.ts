// A cluster after everything a learner can do to it, brought back to what it was.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi, type Api } from '../../../scripts/cluster/api.ts';
import { openCluster } from '../../../scripts/cluster/client.ts';
import { listInventory } from '../../../scripts/cluster/inventory.ts';
import { renewPods } from '../../../scripts/cluster/renew-pods.ts';
import { restore, type Restored } from '../../../scripts/cluster/restore.ts';
import { rolloutAll } from '../../../scripts/cluster/rollout.ts';
import { compareInventories, isSame } from '../../../scripts/lab/inventory/compare.ts';
import { titleOf, type Inventory } from '../../../scripts/lab/inventory/inventory.ts';
import { patienceMs } from '../../support/patience.ts';
import { openCluster as openTestCluster, type TestCluster } from '../../sandbox/kubectl/support/cluster.ts';
import { callStandIn } from '../kubectl/support/call.ts';

const { signal } = new AbortController();

let cluster: TestCluster;
let kubeconfig: string;
let api: Api;
let start: Inventory;

beforeAll(async () => {
  cluster = await openTestCluster();
  await cluster.sandbox.ready();
  kubeconfig = cluster.file('kubeconfig', cluster.sandbox.kubeconfig);
  api = await openApi(kubeconfig, signal);
  for (const file of ['catalog/namespace', 'catalog/catalog', 'webapp/webapp', 'webapp/gateway']) {
    await kubectl('apply', '-f', `manifests/${file}.yaml`);
  }
  await rolloutAll(openCluster(kubeconfig), { namespace: shop, signal });
  start = await now();
});

afterAll(async () => {
  api.close();
  await cluster.close();
});

const shop = 'istioinaction';

async function kubectl(...args: string[]): Promise<string> {
  const { exitCode, out, err } = await callStandIn(args, { kubeconfig });
  if (exitCode !== 0) throw new Error(`kubectl ${args.join(' ')}: ${err}`);
  return out;
}

const now = async (): Promise<Inventory> => (await listInventory(api, 'own')).inventory;

const back = async (withinMs = patienceMs): Promise<Restored> =>
  restore(start, {
    api,
    withinMs,
    scope: 'own',
    signal,
    istioIsReady: async () => rolloutAll(openCluster(kubeconfig), { namespace: 'istio-system', signal }),
  });

const undone = ({ undone: { missing, extra, changed } }: Restored): readonly string[] =>
  [
    ...missing.map((object) => `missing ${titleOf(object)}`),
    ...extra.map((object) => `extra ${titleOf(object)}`),
    ...changed.map(
      ({ expected, fields }) => `${titleOf(expected)} ${fields.map((field) => field.path).join()}`,
    ),
  ].toSorted();

const vs = 'virtualservice/webapp-virtualservice';

describe('after restore, the cluster is as it was', () => {
  it.each<readonly [string, readonly string[][], readonly string[]]>([
    ['nothing was done', [], []],
    [
      'an object was deleted',
      [['delete', '-n', shop, vs]],
      [`missing VirtualService ${shop}/webapp-virtualservice`],
    ],
    [
      'a Deployment was scaled to nothing',
      [['scale', '-n', shop, 'deploy/catalog', '--replicas=0']],
      [`Deployment ${shop}/catalog spec.replicas`],
    ],
    [
      'the label of a namespace was taken away',
      [['label', 'namespace', shop, 'istio-injection-']],
      [`Namespace ${shop} metadata.labels.istio-injection`],
    ],
    [
      'objects were made, also where Istio lives',
      [
        ['create', '-n', shop, '-f', 'test/fixtures/manifests/note.yaml'],
        ['create', '-n', 'istio-system', '-f', 'test/fixtures/manifests/note.yaml'],
        ['create', 'namespace', 'mine'],
      ],
      [`extra ConfigMap ${shop}/note`, 'extra ConfigMap istio-system/note', 'extra Namespace mine'],
    ],
    [
      'a Service was deleted, whose address belongs to nobody then',
      [['delete', '-n', shop, 'service', 'catalog']],
      [`missing Service ${shop}/catalog`],
    ],
    [
      'Istio was stopped, which decides about every rule',
      [
        ['scale', '-n', 'istio-system', 'deploy/istiod', '--replicas=0'],
        ['delete', '-n', shop, vs],
      ],
      [
        'Deployment istio-system/istiod spec.replicas',
        `missing VirtualService ${shop}/webapp-virtualservice`,
      ],
    ],
    [
      'a kind was deleted with all its objects',
      [['delete', 'customresourcedefinition', 'virtualservices.networking.istio.io']],
      [
        'missing CustomResourceDefinition virtualservices.networking.istio.io',
        `missing VirtualService ${shop}/webapp-virtualservice`,
      ],
    ],
  ])('when %s', async (_, commands, differences) => {
    for (const args of commands) await kubectl(...args);
    const restored = await back();
    expect(undone(restored)).toEqual(differences.toSorted());
    expect(isSame(restored.left)).toBe(true);
    expect(isSame(compareInventories(start, await now()))).toBe(true);
  });

  it('when the whole namespace is on its way out', async () => {
    await kubectl('delete', 'namespace', shop, '--wait=false');
    const restored = await back();
    expect(undone(restored)).toContain(`missing Deployment ${shop}/catalog`);
    expect(isSame(restored.left)).toBe(true);
    await rolloutAll(openCluster(kubeconfig), { namespace: shop, signal });
  });

  it('when a field was changed that can only be given once', async () => {
    await kubectl('delete', '-n', shop, 'deployment', 'webapp');
    await kubectl('apply', '-f', cluster.file('webapp.yaml', otherWebapp));
    const restored = await back();
    expect(undone(restored)[0]).toContain('spec.selector.matchLabels');
    expect(isSame(restored.left)).toBe(true);
  });
});

describe('an object that is held on its way out', () => {
  const manifest = (finalizers: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: held, namespace: ${shop}, finalizers: ${finalizers} }\n`;

  it('is named as left when it does not go, and waited for when it does', async () => {
    await kubectl('apply', '-f', cluster.file('held.yaml', manifest('[a.b/held]')));
    const { left } = await back(100);
    expect(left.extra.map(titleOf)).toEqual([`ConfigMap ${shop}/held`]);
    const free = cluster.file('free.yaml', manifest('[]'));
    const [restored] = await Promise.all([back(), kubectl('apply', '-f', free)]);
    expect(isSame(restored.left)).toBe(true);
  });
});

describe('chaos in a program', () => {
  it('is gone with its pod, although no object says so', async () => {
    const chaos = ['exec', '-n', shop, 'deploy/catalog', '--', 'curl', '-s', 'localhost:3000/blowup'];
    const on = [
      '-X',
      'POST',
      '-H',
      'Content-Type: application/json',
      '-d',
      '{"active": true, "type": "500"}',
    ];
    await kubectl(...chaos, ...on);
    expect(await kubectl(...chaos)).toContain('"active": true');
    expect(isSame((await back()).undone)).toBe(true);
    await renewPods({ api, cluster: openCluster(kubeconfig), namespaces: [shop], signal });
    expect(await kubectl(...chaos)).toBe('{}');
  });
});

const otherWebapp = `apiVersion: apps/v1
kind: Deployment
metadata: { name: webapp, namespace: ${shop} }
spec:
  selector: { matchLabels: { app: other } }
  template:
    metadata: { labels: { app: other } }
    spec: { containers: [{ name: webapp, image: 'istioinaction/webapp:latest' }] }
`;
