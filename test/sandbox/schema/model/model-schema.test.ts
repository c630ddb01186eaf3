import { describe, expect, it } from 'vitest';
import { modelOf, modelSchema, structName } from '../../../../sandbox/schema/model/model-schema.ts';
import type { Schema } from '../../../../sandbox/schema/type.ts';

/** `V1Pod` and `spec.containers[].ports`: the schema at the end of the path. */
function at(model: string, path: string): Schema {
  let schema: Schema | undefined = modelSchema(model);
  for (const step of path === '' ? [] : path.split('.')) {
    schema = schema?.properties?.[step.replace('[]', '')];
    if (step.endsWith('[]')) schema = schema?.items;
  }
  if (schema === undefined) throw new Error(`${model} has no ${path}`);
  return schema;
}

describe('the schema of a generated model', () => {
  it.each<[string, string, Schema]>([
    ['V1Deployment', 'spec.replicas', { type: 'integer', format: 'int32' }],
    ['V1Deployment', 'spec.paused', { type: 'boolean' }],
    ['V1Pod', 'spec.nodeName', { type: 'string' }],
    ['V1Pod', 'metadata.creationTimestamp', { type: 'string', format: 'date-time' }],
    ['V1Service', 'spec.ports[].targetPort', { 'x-kubernetes-int-or-string': true }],
    ['V1ConfigMap', 'data', { type: 'object', additionalProperties: { type: 'string' } }],
    ['V1Secret', 'data', { type: 'object', additionalProperties: { type: 'string', format: 'byte' } }],
    ['V1ControllerRevision', 'data', { 'x-kubernetes-preserve-unknown-fields': true }],
    ['V1Pod', 'spec.restartPolicy', { enum: ['Always', 'OnFailure', 'Never'] }],
    ['V1Pod', 'spec.overhead', { additionalProperties: { format: 'quantity' } }],
    ['CoreV1Event', 'eventTime', { format: 'date-time' }],
  ])('%s: %s', (model, path, schema) => {
    expect(at(model, path)).toMatchObject(schema);
  });

  it.each<[string, string, string[], string | undefined, string | undefined]>([
    ['V1PodSpec', 'containers', ['name'], 'name', 'merge'],
    ['V1Container', 'ports', ['containerPort', 'protocol'], 'containerPort', 'merge'],
    ['V1Container', 'env', ['name'], 'name', 'merge'],
    ['V1Container', 'volumeMounts', ['mountPath'], 'mountPath', 'merge'],
    ['V1PodSpec', 'volumes', ['name'], 'name', 'merge,retainKeys'],
    ['V1ServiceSpec', 'ports', ['port', 'protocol'], 'port', 'merge'],
    ['V1ObjectMeta', 'ownerReferences', ['uid'], 'uid', 'merge'],
    ['V1DeploymentStatus', 'conditions', ['type'], 'type', 'merge'],
    ['V1CustomResourceDefinitionStatus', 'conditions', ['type'], undefined, undefined],
  ])('%s.%s merges by %j', (model, field, keys, mergeKey, strategy) => {
    const schema = at(model, field);
    expect(schema['x-kubernetes-list-type']).toBe('map');
    expect(schema['x-kubernetes-list-map-keys']).toEqual(keys);
    expect(schema['x-kubernetes-patch-merge-key']).toBe(mergeKey);
    expect(schema['x-kubernetes-patch-strategy']).toBe(strategy);
  });

  it.each([
    ['V1PodSpec', 'tolerations'],
    ['V1Container', 'command'],
    ['V1HTTPGetAction', 'httpHeaders'],
  ])('%s.%s is replaced as a whole', (model, field) => {
    expect(at(model, field)['x-kubernetes-list-type']).toBe('atomic');
  });

  it('keeps the finalizers of others', () => {
    expect(at('V1ObjectMeta', 'finalizers')).toMatchObject({
      'x-kubernetes-list-type': 'set',
      'x-kubernetes-patch-strategy': 'merge',
    });
  });

  it('replaces a selector as a whole', () => {
    expect(at('V1Deployment', 'spec.selector')['x-kubernetes-map-type']).toBe('atomic');
    expect(at('V1Service', 'spec.selector')['x-kubernetes-map-type']).toBe('atomic');
  });

  it('drops the parameters of the strategy that is left', () => {
    expect(at('V1Deployment', 'spec.strategy')['x-kubernetes-patch-strategy']).toBe('retainKeys');
    expect(modelSchema('V1DeploymentStrategy')['x-kubernetes-patch-strategy']).toBeUndefined();
  });

  it('says which fields must be there, and what they are for', () => {
    expect(modelSchema('V1Container').required).toEqual(['name']);
    expect(at('V1Container', 'imagePullPolicy').description).toMatch(/^Image pull policy\. One of Always/);
    expect(modelSchema('V1Pod').description).toMatch(/^Pod is a collection of containers/);
  });

  it('is one object per model, also when it is recursive', () => {
    const schema = modelSchema('V1JSONSchemaProps');
    expect(at('V1JSONSchemaProps', 'not')).toBe(schema);
    expect(modelOf(at('V1Pod', 'spec'))).toBe('V1PodSpec');
  });

  it.each([
    ['V1PodSpec', 'PodSpec'],
    ['CoreV1Event', 'Event'],
    ['V2HorizontalPodAutoscaler', 'HorizontalPodAutoscaler'],
    ['V1VolumeMount', 'VolumeMount'],
    ['V1alpha1PodCertificateRequest', 'PodCertificateRequest'],
  ])('%s is Go’s %s', (model, struct) => {
    expect(structName(model)).toBe(struct);
  });
});
