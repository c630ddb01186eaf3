import { expect, it } from 'vitest';
import { ensureCrds, istioCrds } from '../../../sandbox/istio-api/crds.ts';
import { customResourceDefinitions } from '../../../sandbox/kube/resources.ts';
import { memoryCluster } from './memory-cluster.ts';

it('makes every kind of Istio 1.25 a served resource', () => {
  const cluster = memoryCluster();
  ensureCrds(cluster);
  const served = istioCrds().map(({ metadata }) => cluster.types.get(nameOf(metadata.name)));
  expect(
    served.map((type) => type && `${type.kind}: ${type.versions.map(({ version }) => version).join(' ')}`),
  ).toEqual([
    'VirtualService: v1 v1beta1 v1alpha3',
    'DestinationRule: v1 v1beta1 v1alpha3',
    'Gateway: v1 v1beta1 v1alpha3',
    'ServiceEntry: v1 v1beta1 v1alpha3',
    'Sidecar: v1 v1beta1 v1alpha3',
    'WorkloadEntry: v1 v1beta1 v1alpha3',
    'WorkloadGroup: v1 v1beta1 v1alpha3',
    'EnvoyFilter: v1alpha3',
    'ProxyConfig: v1beta1',
    'PeerAuthentication: v1 v1beta1',
    'AuthorizationPolicy: v1 v1beta1',
    'RequestAuthentication: v1 v1beta1',
    'Telemetry: v1 v1alpha1',
    'WasmPlugin: v1alpha1',
  ]);
});

it('writes nothing the second time', () => {
  const cluster = memoryCluster();
  ensureCrds(cluster);
  const versions = () =>
    cluster.list(customResourceDefinitions).map(({ metadata }) => metadata.resourceVersion);
  const before = versions();
  ensureCrds(cluster);
  expect(versions()).toEqual(before);
});

it('restores a definition that was changed', () => {
  const cluster = memoryCluster();
  ensureCrds(cluster);
  const name = 'virtualservices.networking.istio.io';
  const crd = structuredClone(cluster.get(customResourceDefinitions, '', name));
  if (crd === undefined) throw new Error(`no ${name}`);
  const spec = crd.spec as { versions: { schema: unknown }[] };
  for (const version of spec.versions) version.schema = { openAPIV3Schema: { type: 'object' } };
  cluster.update(customResourceDefinitions, crd);
  ensureCrds(cluster);
  const wanted = istioCrds().find(({ metadata }) => metadata.name === name);
  expect(cluster.get(customResourceDefinitions, '', name)?.spec).toEqual(wanted?.spec);
});

function nameOf(name: string): { group: string; resource: string } {
  const [resource = '', ...group] = name.split('.');
  return { resource, group: group.join('.') };
}
