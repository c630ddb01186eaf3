import { describe, expect, it } from 'vitest';
import type { AnyObject } from '../../../../sandbox/kube/object.ts';
import { container, defaulted, pod, refusals } from '../subjects.ts';

describe('an update of a pod', () => {
  const old = defaulted(pod());
  const withSpec = (
    change: (spec: { containers: Record<string, unknown>[]; [field: string]: unknown }) => void,
  ) => {
    const next = structuredClone(old);
    change(next['spec'] as { containers: Record<string, unknown>[] });
    return next;
  };

  it.each<[string, AnyObject]>([
    ['nothing', old],
    ['an image', withSpec(({ containers }) => Object.assign(containers[0] ?? {}, { image: 'nginx:1.28' }))],
    ['its labels', { ...old, metadata: { ...old.metadata, labels: { a: 'b' } } }],
    ['the node of a pod without one', withSpec((spec) => Object.assign(spec, { nodeName: 'node' }))],
    [
      'its tolerations by one more',
      withSpec((spec) => (spec['tolerations'] as unknown[]).push({ key: 'k', operator: 'Exists' })),
    ],
  ])('may change %s', (_what, next) => {
    expect(refusals(next, old)).toEqual([]);
  });

  it.each<[string, AnyObject, RegExp]>([
    [
      'a port',
      withSpec(({ containers }) => Object.assign(containers[0] ?? {}, { ports: [{ containerPort: 1 }] })),
      /^spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`/,
    ],
    [
      'the number of containers',
      withSpec(({ containers }) => containers.push(container({ name: 'b' }))),
      /^spec\.containers: Forbidden: pod updates may not add or remove containers$/,
    ],
    [
      'a toleration it had',
      withSpec((spec) => Object.assign(spec, { tolerations: [] })),
      /^spec\.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds$/,
    ],
  ])('may not change %s', (_what, next, message) => {
    const bare = structuredClone(next);
    // The defaulting of an update adds no tolerations.
    expect(refusals(bare, old)).toEqual([expect.stringMatching(message)]);
  });
});
