import { describe, expect, it } from 'vitest';
import { createStore, type Store } from '../../../../sandbox/api/store/store.ts';
import type { AnyObject } from '../../../../sandbox/kube/object.ts';

const quiet = (): void => undefined;

const object = (name: string, fields: Record<string, unknown> = {}, namespace = 'a'): AnyObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, uid: name, resourceVersion: '', creationTimestamp: '' },
  ...fields,
});

const put = (store: Store, name: string, fields = {}, namespace = 'a'): AnyObject => {
  const expected = store.get('configmaps', namespace, name)?.metadata.resourceVersion;
  return store.put('configmaps', object(name, fields, namespace), expected);
};

describe('store', () => {
  it('gives every write the next revision', () => {
    const store = createStore({ log: quiet });
    const first = put(store, 'x');
    const second = put(store, 'x', { data: { a: '1' } });
    const removed = store.remove('configmaps', 'a', 'x', second.metadata.resourceVersion);
    const revisions = [first, second, removed].map(({ metadata }) => Number(metadata.resourceVersion));
    expect(revisions).toEqual([2, 3, 4]);
    expect(store.revision).toBe(4);
  });

  it.each([
    ['a create of what exists', undefined, 'AlreadyExists'],
    ['a stale resourceVersion', '1', 'Conflict'],
  ])('refuses %s and leaves the object as it was', (_what, expected, reason) => {
    const store = createStore({ log: quiet });
    const kept = put(store, 'x', { data: { a: '1' } });
    expect(() => store.put('configmaps', object('x'), expected)).toThrow(expect.objectContaining({ reason }));
    expect(store.get('configmaps', 'a', 'x')).toBe(kept);
  });

  it('hands out frozen objects', () => {
    const store = createStore({ log: quiet });
    const stored = put(store, 'x', { data: { a: '1' } });
    expect(() => {
      (stored['data'] as Record<string, string>)['a'] = '2';
    }).toThrow(TypeError);
  });

  it('lists in order of namespace and name, also after removals', () => {
    const store = createStore({ log: quiet });
    for (const [name, namespace] of [
      ['z', 'b'],
      ['b', 'a'],
      ['a', 'b'],
      ['a', 'a'],
    ] as const) {
      put(store, name, {}, namespace);
    }
    const names = (): string[] =>
      store.list('configmaps').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    expect(names()).toEqual(['a/a', 'a/b', 'b/a', 'b/z']);
    store.remove('configmaps', 'b', 'a', store.get('configmaps', 'b', 'a')?.metadata.resourceVersion ?? '');
    put(store, 'c', {}, 'a');
    expect(names()).toEqual(['a/a', 'a/b', 'a/c', 'b/z']);
    expect(store.list('configmaps', 'b')).toHaveLength(1);
  });

  it('delivers events in order of revision when a listener writes', () => {
    const store = createStore({ log: quiet });
    const seen: number[] = [];
    store.watch('configmaps', ({ type, object: { metadata } }) => {
      if (type === 'ADDED' && metadata.name === 'first') put(store, 'second');
    });
    store.watch('configmaps', ({ revision }) => seen.push(revision));
    put(store, 'first');
    expect(seen).toEqual([2, 3]);
  });

  it('goes on when a listener throws, and logs it', () => {
    const logged: string[] = [];
    const store = createStore({ log: (message) => logged.push(message) });
    store.watch('configmaps', () => {
      throw new Error('broken listener');
    });
    expect(put(store, 'x').metadata.resourceVersion).toBe('2');
    expect(logged).toEqual([expect.stringContaining('broken listener')]);
  });

  it('knows the events after a revision until they are forgotten', () => {
    const store = createStore({ log: quiet, history: 5 });
    for (let count = 0; count < 4; count += 1) put(store, `early-${count}`);
    expect(store.after('configmaps', 3).map(({ revision }) => revision)).toEqual([4, 5]);
    for (let count = 0; count < 20; count += 1) put(store, `late-${count}`);
    expect(() => store.after('configmaps', 3)).toThrow(
      expect.objectContaining({ reason: 'Expired', code: 410, message: 'too old resource version: 3 (25)' }),
    );
    expect(store.after('configmaps', store.revision)).toEqual([]);
  });
});
