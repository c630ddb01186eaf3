import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../sandbox/clock/clock.ts';
import type { AdmissionPlugin } from '../../../../sandbox/api/extension.ts';
import { Registry } from '../../../../sandbox/api/registry/registry.ts';
import { createStore } from '../../../../sandbox/api/store/store.ts';
import type { WatchEvent } from '../../../../sandbox/kube/cluster.ts';
import {
  configMaps,
  deployments,
  namespaces,
  pods,
  type ConfigMap,
} from '../../../../sandbox/kube/resources.ts';
import { builtinTypes } from '../../../../sandbox/schema/builtin.ts';
import { schemaLibrary } from '../../../../sandbox/schema/library.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

function newRegistry(plugins: readonly AdmissionPlugin[] = [], clock = new ManualClock()): Registry {
  const store = createStore({ log: () => undefined });
  const registry = new Registry({
    store,
    types: builtinTypes(),
    plugins,
    schemas: schemaLibrary,
    clock,
    random: seededRandom(1),
  });
  registry.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } });
  return registry;
}

const map = (
  name: string,
  data = {},
): { apiVersion: string; kind: string; metadata: { name: string; namespace: string }; data: object } => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'a' },
  data,
});
const pod = (spec = {}): ReturnType<typeof map> & { spec: object } => ({
  ...map('p'),
  kind: 'Pod',
  spec: { containers: [{ name: 'x', image: 'x' }], ...spec },
});
const refusal = (reason: string, message: unknown = expect.anything()): unknown =>
  expect.objectContaining({ reason, message });

describe('Registry', () => {
  it('tells a watcher first what is there, then what happens, with what was', () => {
    const registry = newRegistry();
    const first = registry.create(configMaps, map('x'));
    const events: WatchEvent<ConfigMap>[] = [];
    const stop = registry.watch(configMaps, (event) => events.push(event));
    const second = registry.update(configMaps, { ...first, data: { a: '1' } });
    registry.delete(configMaps, 'a', 'x');
    stop();
    registry.create(configMaps, map('y'));
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    expect(events[1]).toEqual({ type: 'MODIFIED', object: second, previous: first });
  });

  it('refuses an update of an older object', () => {
    const registry = newRegistry();
    const first = registry.create(configMaps, map('x'));
    registry.update(configMaps, { ...first, data: { a: '1' } });
    expect(() => registry.update(configMaps, { ...first, data: { a: '2' } })).toThrow(refusal('Conflict'));
  });

  it('does not change what it is given', () => {
    const registry = newRegistry();
    const given = pod();
    const before = structuredClone(given);
    registry.create(pods, given);
    expect(given).toEqual(before);
  });

  it('keeps status out of updates and everything else out of updateStatus', () => {
    const registry = newRegistry();
    const created = registry.create(pods, pod());
    const running = registry.updateStatus(pods, {
      ...created,
      metadata: { ...created.metadata, labels: { no: 'way' } },
      status: { phase: 'Running' },
    });
    expect(running.metadata.labels).toBeUndefined();
    const labelled = registry.update(pods, {
      ...running,
      metadata: { ...running.metadata, labels: { a: 'b' } },
      status: { phase: 'Failed' },
    });
    expect(labelled).toMatchObject({ metadata: { labels: { a: 'b' } }, status: { phase: 'Running' } });
  });

  it('counts generations by changes of the spec alone', () => {
    const registry = newRegistry();
    const spec = {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'x', image: 'x' }] } },
    };
    const first = registry.create(deployments, {
      ...map('d'),
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec,
      data: undefined,
    });
    const labelled = registry.update(deployments, {
      ...first,
      metadata: { ...first.metadata, labels: { c: 'd' } },
    });
    const scaled = registry.update(deployments, {
      ...labelled,
      spec: { ...labelled.spec, replicas: 3 },
    } as typeof first);
    expect([first, labelled, scaled].map(({ metadata }) => metadata.generation)).toEqual([1, 1, 2]);
  });

  describe('pods being deleted', () => {
    it.each([
      ['one no node has goes at once', {}, undefined, undefined],
      ['one on a node waits for its kubelet', { nodeName: 'n' }, undefined, 30],
      ['its own grace period holds', { nodeName: 'n', terminationGracePeriodSeconds: 5 }, undefined, 5],
      ['the one asked for comes first', { nodeName: 'n', terminationGracePeriodSeconds: 5 }, 9, 9],
      ['with 0 it goes at once', { nodeName: 'n' }, 0, undefined],
    ])('%s', (_what, spec, gracePeriodSeconds, expected) => {
      const registry = newRegistry();
      registry.create(pods, pod(spec));
      registry.delete(pods, 'a', 'p', gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds });
      expect(registry.get(pods, 'a', 'p')?.metadata.deletionGracePeriodSeconds).toBe(expected);
    });

    it('are to be gone by the end of their grace period, and go when the kubelet says so', () => {
      const registry = newRegistry();
      registry.create(pods, pod({ nodeName: 'n' }));
      registry.delete(pods, 'a', 'p');
      expect(registry.get(pods, 'a', 'p')?.metadata.deletionTimestamp).toBe('2025-04-01T10:00:30Z');
      const before = registry.store.revision;
      registry.delete(pods, 'a', 'p');
      expect(registry.store.revision).toBe(before);
      registry.delete(pods, 'a', 'p', { gracePeriodSeconds: 0 });
      expect(registry.get(pods, 'a', 'p')).toBeUndefined();
    });
  });

  describe('namespaces', () => {
    it('stay, terminating and closed to new objects, until their spec.finalizers are taken off', () => {
      const registry = newRegistry();
      registry.create(configMaps, map('x'));
      registry.delete(namespaces, '', 'a');
      const terminating = registry.get(namespaces, '', 'a');
      expect(terminating).toMatchObject({
        status: { phase: 'Terminating' },
        spec: { finalizers: ['kubernetes'] },
      });
      expect(() => registry.create(configMaps, map('y'))).toThrow(
        refusal(
          'Forbidden',
          'configmaps "y" is forbidden: unable to create new content in namespace a because it is being terminated',
        ),
      );
      registry.update(namespaces, { ...structuredClone(terminating), spec: {} } as NonNullable<
        typeof terminating
      >);
      expect(registry.get(namespaces, '', 'a')).toBeUndefined();
    });
  });

  describe('plug-ins', () => {
    it('change objects before they are validated, and what they add gets its defaults', () => {
      const registry = newRegistry([
        {
          name: 'sidecar',
          mutate: ({ type, operation, object }) => {
            if (type.resource !== 'pods' || operation !== 'CREATE') return;
            const spec = object?.['spec'] as { containers: object[] } | undefined;
            spec?.containers.push({ name: 'proxy', image: 'proxy' });
          },
        },
      ]);
      const created = registry.create(pods, pod());
      expect(created.spec?.containers[1]).toMatchObject({ name: 'proxy', terminationMessagePolicy: 'File' });
    });

    it('have what they change validated', () => {
      const registry = newRegistry([
        {
          name: 'mislabels',
          mutate: ({ type, object }) => {
            if (type.resource === 'configmaps' && object !== undefined) object.metadata.labels = { '-': 'x' };
          },
        },
      ]);
      expect(() => registry.create(configMaps, map('x'))).toThrow(refusal('Invalid'));
      expect(registry.list(configMaps)).toEqual([]);
    });

    it.each(['CREATE', 'UPDATE', 'DELETE'])('can refuse %s', (refused) => {
      let isOn = false;
      const registry = newRegistry([
        {
          name: 'no',
          validate: ({ operation }) => {
            if (isOn && operation === refused) throw new Error(`no ${operation}`);
          },
        },
      ]);
      const writes: Record<string, () => void> = {
        CREATE: () => registry.create(configMaps, map('y')),
        UPDATE: () =>
          registry.update(configMaps, {
            ...registry.get(configMaps, 'a', 'x'),
            data: { a: '1' },
          } as ConfigMap),
        DELETE: () => registry.delete(configMaps, 'a', 'x'),
      };
      registry.create(configMaps, map('x'));
      isOn = true;
      const before = registry.store.revision;
      expect(writes[refused]).toThrow(`no ${refused}`);
      expect(registry.store.revision).toBe(before);
    });
  });
});
