import { expect, it } from 'vitest';
import { modelDefinition } from '../../../../sandbox/schema/openapi/names.ts';

it.each([
  ['V1PodSpec', 'io.k8s.api.core.v1.PodSpec'],
  ['V1DeploymentSpec', 'io.k8s.api.apps.v1.DeploymentSpec'],
  ['V1JobTemplateSpec', 'io.k8s.api.batch.v1.JobTemplateSpec'],
  ['V2MetricSpec', 'io.k8s.api.autoscaling.v2.MetricSpec'],
  ['V1IngressRule', 'io.k8s.api.networking.v1.IngressRule'],
  ['V1ClusterRole', 'io.k8s.api.rbac.v1.ClusterRole'],
  ['V1EndpointSlice', 'io.k8s.api.discovery.v1.EndpointSlice'],
  ['V1Endpoints', 'io.k8s.api.core.v1.Endpoints'],
  ['CoreV1Event', 'io.k8s.api.core.v1.Event'],
  ['V1ObjectMeta', 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'],
  [
    'V1CustomResourceDefinition',
    'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
  ],
])('%s is defined as %s', (model, name) => {
  expect(modelDefinition(model)).toBe(name);
});
