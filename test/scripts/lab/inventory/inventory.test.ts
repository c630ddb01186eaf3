// From what the API lists to what is compared, kept and shown.

import { describe, expect, it } from 'vitest';
import { compareInventories, isSame } from '../../../../scripts/lab/inventory/compare.ts';
import { deltaOf, withDelta } from '../../../../scripts/lab/inventory/delta.ts';
import type { Inventory, InventoryObject } from '../../../../scripts/lab/inventory/inventory.ts';
import { comparable, restorable } from '../../../../scripts/lab/inventory/normalise.ts';
import { showDifference } from '../../../../scripts/lab/inventory/show-inventory.ts';
import { writtenByPeople, type ApiObject } from '../../../../scripts/lab/inventory/written-by-people.ts';

const object = (kind: string, name: string, fields: object = {}, metadata: object = {}): ApiObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop', ...metadata },
  ...fields,
});

const namesOf = (objects: readonly ApiObject[]): readonly string[] =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);

describe('an object', () => {
  it.each([
    ['a Pod of a ReplicaSet', object('Pod', 'web-x', {}, { ownerReferences: [{ kind: 'ReplicaSet' }] })],
    ['an Event', object('Event', 'web.1')],
    ['a Lease', { ...object('Lease', 'node'), apiVersion: 'coordination.k8s.io/v1' }],
    ['figures of use', { ...object('PodMetrics', 'web'), apiVersion: 'metrics.k8s.io/v1beta1' }],
    ['the certificate every namespace has', object('ConfigMap', 'kube-root-ca.crt')],
    ['the account every namespace has', object('ServiceAccount', 'default')],
    ['the token of an account', object('Secret', 't', { type: 'kubernetes.io/service-account-token' })],
    [
      'a slice that a controller keeps',
      object('EndpointSlice', 'web-1', {}, { labels: { 'endpointslice.kubernetes.io/managed-by': 'x' } }),
    ],
    [
      "a class of Istio's",
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'GatewayClass',
        metadata: { name: 'istio' },
        spec: { controllerName: 'istio.io/gateway-controller' },
      },
    ],
  ])('is left out when it comes back by itself: %s', (_, one) => {
    expect(writtenByPeople([one])).toEqual([]);
  });

  it.each([
    ['a Pod of nobody', object('Pod', 'mine')],
    ['a ConfigMap', object('ConfigMap', 'settings')],
    ['an account that was given something', object('ServiceAccount', 'default', { imagePullSecrets: [{}] })],
    ['a Secret', object('Secret', 'password', { type: 'Opaque' })],
    ['a slice that somebody wrote', object('EndpointSlice', 'outside')],
  ])('counts when it does not: %s', (_, one) => {
    expect(namesOf(writtenByPeople([one]))).toEqual([`${one.kind} ${one.metadata.name}`]);
  });

  it('is left out when it is the Endpoints of a Service that selects', () => {
    const selecting = object('Service', 'web', { spec: { selector: { app: 'web' } } });
    const plain = object('Service', 'outside', { spec: {} });
    const endpoints = [object('Endpoints', 'web'), object('Endpoints', 'outside')];
    expect(namesOf(writtenByPeople([selecting, plain, ...endpoints]))).toEqual([
      'Service web',
      'Service outside',
      'Endpoints outside',
    ]);
  });

  it('is kept without what the API and its controllers wrote', () => {
    const annotations = { 'deployment.kubernetes.io/revision': '2' };
    const metadata = { uid: 'u', resourceVersion: '7', generation: 2, creationTimestamp: 't', annotations };
    expect(restorable(object('Deployment', 'web', { spec: { replicas: 1 }, status: {} }, metadata))).toEqual({
      apiVersion: 'v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { replicas: 1 },
    });
  });

  it.each([
    [
      "kubectl's memory",
      object(
        'ConfigMap',
        'a',
        {},
        { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } },
      ),
      object('ConfigMap', 'a'),
    ],
    [
      'the time of a restart',
      object('Deployment', 'a', {
        spec: {
          replicas: 1,
          template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 't' } } },
        },
      }),
      object('Deployment', 'a', { spec: { replicas: 1 } }),
    ],
    [
      'the address of a Service',
      object('Service', 'a', { spec: { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], type: 'NodePort' } }),
      object('Service', 'a', { spec: { clusterIP: '10.0.0.2', type: 'NodePort' } }),
    ],
    [
      'the certificate of a webhook',
      object('ValidatingWebhookConfiguration', 'a', {
        webhooks: [{ name: 'w', clientConfig: { caBundle: 'x', url: 'u' } }],
      }),
      object('ValidatingWebhookConfiguration', 'a', {
        webhooks: [{ name: 'w', clientConfig: { url: 'u' } }],
      }),
    ],
  ])('is the same to everyone with another value of %s', (_, one, other) => {
    expect(comparable(restorable(one))).toEqual(comparable(restorable(other)));
  });
});

const kept = (kind: string, name: string, fields: object = {}, metadata: object = {}): InventoryObject =>
  restorable(object(kind, name, fields, metadata));
const namespace = (name: string, labels: object): InventoryObject =>
  restorable({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...labels } });
const inventory = (...objects: readonly InventoryObject[]): Inventory => ({ cluster: 'c', objects });

describe('two inventories', () => {
  const before = inventory(
    namespace('shop', { labels: { 'istio-injection': 'enabled' } }),
    kept('VirtualService', 'catalog', { spec: { hosts: ['catalog'] } }),
    kept('Secret', 'password', { data: { word: 'b2xk' } }),
  );
  const after = inventory(
    namespace('shop', {}),
    namespace('mine', {}),
    kept('ConfigMap', 'note', {}, { namespace: 'mine' }),
    kept('Secret', 'password', { data: { word: 'bmV3' } }),
    kept('ConfigMap', 'junk'),
  );

  it('are shown as what is missing, extra and changed, a namespace for all that is in it', () => {
    const makers = new Map([['VirtualService', { id: 's', title: 'Retry', blocks: [], at: place }]]);
    const shown = showDifference(compareInventories(before, after), {
      makerOf: ({ kind }) => makers.get(kind),
    });
    expect(shown).toEqual([
      'missing  VirtualService shop/catalog (made in "Retry")',
      'extra    Namespace mine and the 1 object in it',
      'extra    ConfigMap shop/junk',
      'changed  Namespace shop',
      '           metadata.labels',
      '             lab:     {"istio-injection":"enabled"}',
      '             cluster: not there',
      'changed  Secret shop/password',
      '           data.word',
      '             lab:     a value that is not shown',
      '             cluster: a value that is not shown',
    ]);
  });

  it('are the same when every object is', () => {
    expect(isSame(compareInventories(before, before))).toBe(true);
    expect(isSame(compareInventories(before, after))).toBe(false);
  });

  it('take an object of another version of its API for the same', () => {
    const [one, other] = ['networking.istio.io/v1', 'networking.istio.io/v1beta1'].map((apiVersion) => ({
      ...kept('VirtualService', 'catalog'),
      apiVersion,
    }));
    if (one === undefined || other === undefined) throw new Error('two are made above');
    expect(compareInventories(inventory(one), inventory(other))).toMatchObject({ missing: [], extra: [] });
  });

  it('give the second one back from the first one and what lies between', () => {
    const delta = deltaOf(before, after);
    expect(delta.put.map(({ metadata }) => metadata.name)).not.toContain('catalog');
    const again = withDelta(before, JSON.parse(JSON.stringify(delta)) as typeof delta);
    expect(isSame(compareInventories(after, again))).toBe(true);
  });
});

const place = { file: 'README.md', line: 1, column: 1 };
