import { describe, expect, it } from 'vitest';
import { builtinTypes, storedOnly } from '../../../sandbox/schema/builtin.ts';
import { objectOf, typeOf, versionOf } from './subjects.ts';

describe('the built-in kinds', () => {
  it.each([
    ['Pod', '', 'pods', 'pod', ['po'], ['all'], true],
    ['Deployment', 'apps', 'deployments', 'deployment', ['deploy'], ['all'], true],
    ['Endpoints', '', 'endpoints', 'endpoints', ['ep'], [], true],
    ['Node', '', 'nodes', 'node', ['no'], [], false],
    ['NetworkPolicy', 'networking.k8s.io', 'networkpolicies', 'networkpolicy', ['netpol'], [], true],
    [
      'CustomResourceDefinition',
      'apiextensions.k8s.io',
      'customresourcedefinitions',
      'customresourcedefinition',
      ['crd', 'crds'],
      ['api-extensions'],
      false,
    ],
  ])(
    '%s has the names of kubectl api-resources',
    (kind, group, resource, singular, shortNames, categories, namespaced) => {
      expect(typeOf(kind)).toMatchObject({ group, resource, singular, shortNames, categories, namespaced });
    },
  );

  it('can be read through: every field of every kind has a schema', () => {
    const seen = new Set<object>();
    const visit = (schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null || seen.has(schema)) return;
      seen.add(schema);
      const { properties = {}, items, additionalProperties } = schema as Record<string, object>;
      for (const part of [...Object.values(properties), items, additionalProperties]) visit(part);
    };
    for (const type of builtinTypes()) visit(versionOf(type).schema());
    expect(seen.size).toBeGreaterThan(1000);
  });

  it.each([
    ['Deployment', true],
    ['ReplicaSet', true],
    ['StatefulSet', true],
    ['DaemonSet', false],
    ['Pod', false],
  ])('%s: scale is %s', (kind, scales) => {
    expect(typeOf(kind).subresources.scale !== undefined).toBe(scales);
  });

  it('names only kinds that are served as stored only', () => {
    const served = new Set(builtinTypes().map(({ group, resource }) => `${group}/${resource}`));
    expect([...storedOnly].filter((name) => !served.has(name))).toEqual([]);
  });

  it.each([
    ['Pod', 'spec.nodeName', { spec: { nodeName: 'a' } }, 'a'],
    ['Pod', 'spec.nodeName', {}, ''],
    ['Pod', 'spec.hostNetwork', {}, 'false'],
    ['Pod', 'status.phase', { status: { phase: 'Running' } }, 'Running'],
    ['Event', 'involvedObject.name', { involvedObject: { name: 'web' } }, 'web'],
    ['Secret', 'type', { type: 'Opaque' }, 'Opaque'],
    ['Node', 'spec.unschedulable', { spec: { unschedulable: true } }, 'true'],
  ])('%s can be selected by %s', (kind, label, fields, value) => {
    expect(typeOf(kind).fields?.[label]?.(objectOf(kind, fields))).toBe(value);
  });
});
