import { describe, expect, it } from 'vitest';
import { builtinTypes } from '../../../../sandbox/schema/builtin.ts';
import { crdType } from '../../../../sandbox/schema/crd.ts';
import { openApiV2, openApiV3, openApiV3Index } from '../../../../sandbox/schema/openapi.ts';
import type { ResourceType } from '../../../../sandbox/schema/type.ts';
import { crdOf, crontabSchema } from '../crd-subject.ts';

type Json = Record<string, unknown>;

interface Document {
  readonly paths: Record<string, Record<string, Json>>;
  readonly components: { readonly schemas: Record<string, Json> };
}

const types = [...builtinTypes(), crdType(crdOf())];
// As clients get it.
const document = (group: string, version: string, of: readonly ResourceType[] = types): Document =>
  JSON.parse(JSON.stringify(openApiV3(of, group, version))) as Document;

/** Everything `$ref` points at, by name. */
function references(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (typeof value === 'object' && value !== null) {
    for (const [name, part] of Object.entries(value)) {
      if (name === '$ref' && typeof part === 'string') found.add(part.split('/').at(-1) ?? '');
      else references(part, found);
    }
  }
  return found;
}

describe('the OpenAPI document of a group', () => {
  const apps = document('apps', 'v1');

  it.each([
    ['', 'v1'],
    ['apps', 'v1'],
    ['apiextensions.k8s.io', 'v1'],
    ['stable.example.com', 'v1'],
  ])('%s/%s refers to nothing that it does not have', (group, version) => {
    const { components, paths } = document(group, version);
    const missing = [...references({ components, paths })].filter(
      (name) => !Object.hasOwn(components.schemas, name),
    );
    expect(missing).toEqual([]);
  });

  it('knows a kind by its group and version', () => {
    expect(apps.components.schemas['io.k8s.api.apps.v1.Deployment']).toMatchObject({
      'x-kubernetes-group-version-kind': [{ group: 'apps', kind: 'Deployment', version: 'v1' }],
      properties: { spec: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.apps.v1.DeploymentSpec' }] } },
    });
  });

  it('says how lists merge', () => {
    expect(apps.components.schemas['io.k8s.api.core.v1.PodSpec']).toMatchObject({
      properties: {
        containers: {
          type: 'array',
          'x-kubernetes-patch-merge-key': 'name',
          'x-kubernetes-patch-strategy': 'merge',
          'x-kubernetes-list-map-keys': ['name'],
        },
      },
    });
  });

  it('says of a field that is a struct what it is for, and of the struct what it is', () => {
    const { schemas } = document('apps', 'v1').components;
    expect(schemas['io.k8s.api.core.v1.Container']).toMatchObject({
      properties: {
        livenessProbe: { description: expect.stringMatching(/^Periodic probe of container liveness/) },
      },
    });
    expect(schemas['io.k8s.api.core.v1.Probe']).toMatchObject({
      description: expect.stringMatching(/^Probe describes a health check to be performed/),
    });
    expect(schemas['io.k8s.api.apps.v1.Deployment']).toMatchObject({
      properties: { status: { description: expect.stringMatching(/observed status/) } },
    });
  });

  it('leaves next to no field of the apps without a description', () => {
    const fields = Object.values(document('apps', 'v1').components.schemas).flatMap(({ properties = {} }) =>
      Object.values(properties as Record<string, Json>),
    );
    const bare = fields.filter(({ description }) => description === undefined);
    expect(fields.length).toBeGreaterThan(600);
    expect(bare.length).toBeLessThan(10);
  });

  it('names Go’s scalars', () => {
    const { schemas } = document('', 'v1').components;
    expect(schemas['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toMatchObject({
      format: 'int-or-string',
    });
    expect(schemas['io.k8s.apimachinery.pkg.api.resource.Quantity']).toBeDefined();
  });

  it.each([
    ['apps', 'v1', '/apis/apps/v1/namespaces/{namespace}/deployments/{name}', 'Deployment', true],
    ['', 'v1', '/api/v1/nodes/{name}', 'Node', true],
    [
      'stable.example.com',
      'v1',
      '/apis/stable.example.com/v1/namespaces/{namespace}/crontabs/{name}',
      'CronTab',
      false,
    ],
  ])(
    '%s/%s: kubectl finds the kind, its patches and fieldValidation at %s',
    (group, version, path, kind, strategic) => {
      const patch = document(group, version).paths[path]?.['patch'] ?? {};
      const { content } = patch['requestBody'] as { content: Json };
      expect(patch['x-kubernetes-group-version-kind']).toEqual({ group, kind, version });
      expect(Object.keys(content).includes('application/strategic-merge-patch+json')).toBe(strategic);
      expect(patch['parameters']).toContainEqual(
        expect.objectContaining({ in: 'query', name: 'fieldValidation' }),
      );
    },
  );

  it('has the schema of a CRD as it was written, and every object’s own fields', () => {
    const schema = document('stable.example.com', 'v1').components.schemas['com.example.stable.v1.CronTab'];
    expect(schema).toMatchObject({
      description: crontabSchema.description,
      properties: {
        metadata: { allOf: [{ $ref: expect.stringMatching(/ObjectMeta$/) as string }] },
        spec: { properties: { port: { $ref: expect.stringMatching(/IntOrString$/) as string } } },
      },
    });
  });

  it('is the same text every time', () => {
    expect(JSON.stringify(openApiV3(types, '', 'v1'))).toBe(JSON.stringify(openApiV3(types, '', 'v1')));
  });
});

describe('the index of documents', () => {
  const urlOf = (of: readonly ResourceType[], path: string): string | undefined => {
    const { paths } = openApiV3Index(of) as { paths: Record<string, { serverRelativeURL: string }> };
    return paths[path]?.serverRelativeURL;
  };

  it.each(['api/v1', 'apis/apps/v1', 'apis/stable.example.com/v1'])('has %s', (path) => {
    expect(urlOf(types, path)).toMatch(new RegExp(`^/openapi/v3/${path}\\?hash=[0-9A-F]{32}$`));
  });

  it('changes the address of a CRD’s document with its schema, and no other', () => {
    const changed = crdOf({}, { schema: { openAPIV3Schema: { type: 'object' } } });
    const others = [...builtinTypes(), crdType(changed)];
    const path = 'apis/stable.example.com/v1';
    expect(urlOf(others, path)).not.toBe(urlOf(types, path));
    expect(urlOf(others, 'apis/apps/v1')).toBe(urlOf(types, 'apis/apps/v1'));
  });
});

describe('the Swagger document', () => {
  const { definitions } = JSON.parse(JSON.stringify(openApiV2(types))) as {
    definitions: Record<string, Json>;
  };

  it('has every kind, and everything they refer to', () => {
    const kinds = Object.values(definitions).filter(
      (each) => each['x-kubernetes-group-version-kind'] !== undefined,
    );
    expect(kinds).toHaveLength(types.flatMap(({ versions }) => versions).length);
    expect([...references(definitions)].filter((name) => !Object.hasOwn(definitions, name))).toEqual([]);
  });

  it('has no words that Swagger 2 does not know', () => {
    const text = JSON.stringify(definitions['com.example.stable.v1.CronTab']);
    expect(text).toContain('"prefix"');
    expect(text).not.toMatch(/"(oneOf|anyOf|allOf|not|nullable)":/);
  });
});
