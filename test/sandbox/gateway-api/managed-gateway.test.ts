import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { KubeObject } from '../../../sandbox/kube/object.ts';
import { deployments, serviceAccounts, services, type Resource } from '../../../sandbox/kube/resources.ts';
import {
  gatewayClasses,
  kubeGateways,
  type KubeGateway,
} from '../../../sandbox/mesh/gateway-api/resources.ts';
import { settled } from '../../support/manual-clock.ts';
import { gateway, ingress, service } from '../mesh/gateway-api/world.ts';
import { closeWorlds, gatewayApiWorld, said } from './world.ts';

const http = '{ name: http, port: 80, protocol: HTTP }';

afterEach(closeWorlds);

describe('§5.2 GatewayClass', () => {
  it('makes the classes, and accepts its own', async () => {
    const { cluster } = await gatewayApiWorld(ingress);
    expect(
      cluster
        .list(gatewayClasses)
        .map(({ metadata, spec, status }) => [
          metadata.name,
          spec.controllerName,
          said(status?.conditions)['Accepted'],
          spec.description,
        ]),
    ).toEqual([
      [
        'istio',
        'istio.io/gateway-controller',
        'True Accepted: Handled by Istio controller',
        'The default Istio GatewayClass',
      ],
      [
        'istio-remote',
        'istio.io/unmanaged-gateway',
        'True Accepted: Handled by Istio controller',
        'Remote to this cluster. Does not deploy or affect configuration.',
      ],
      [
        'istio-waypoint',
        'istio.io/mesh-controller',
        'True Accepted: Handled by Istio controller',
        'The default Istio waypoint GatewayClass',
      ],
    ]);
  });
});

describe('§5.2 managed Gateway', () => {
  const managed = (annotations = '', listeners = http): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw, namespace: default, annotations: { ${annotations} } }
spec: { gatewayClassName: istio, listeners: [${listeners}] }
`;
  const fqdn = 'gw-istio.default.svc.cluster.local';

  it('gets a ServiceAccount, a Deployment and a Service of its own', async () => {
    const { cluster, gateway: found } = await gatewayApiWorld(managed());
    const kinds: Resource<KubeObject>[] = [serviceAccounts, deployments, services];
    const made = kinds.map((kind) => cluster.get(kind, 'default', 'gw-istio'));
    expect(made.map((object) => object?.metadata.labels)).toEqual(
      Array.from({ length: 3 }, () => ({
        'gateway.istio.io/managed': 'istio.io-gateway-controller',
        'gateway.networking.k8s.io/gateway-class-name': 'istio',
        'gateway.networking.k8s.io/gateway-name': 'gw',
      })),
    );
    expect(made.map((object) => object?.metadata.ownerReferences?.[0]?.uid)).toEqual(
      Array.from({ length: 3 }, () => found()?.metadata.uid),
    );
    const { spec } = cluster.get(services, 'default', 'gw-istio') ?? {};
    expect(spec?.type).toBe('LoadBalancer');
    expect(spec?.ports?.map(({ port, targetPort }) => [port, targetPort])).toEqual([
      [15_021, 15_021],
      [80, 80],
    ]);
  });

  it.each([
    [
      '',
      `False AddressNotAssigned: Assigned to service(s) ${fqdn}:80, but failed to assign to all requested addresses: address pending for hostname "${fqdn}"`,
    ],
    [
      'networking.istio.io/service-type: ClusterIP',
      `True Programmed: Resource programmed, assigned to service(s) ${fqdn}:80`,
    ],
    [
      'networking.istio.io/service-type: NodePort',
      `True Programmed: Resource programmed, assigned to service(s) ${fqdn}:80`,
    ],
  ])('with {%s} is programmed: %s', async (annotations, programmed) => {
    const { gateway: found } = await gatewayApiWorld(managed(annotations));
    expect(said(found()?.status?.conditions)['Programmed']).toBe(programmed);
  });

  it('opens another port on its Service with another listener, and keeps the node ports', async () => {
    const { cluster, gateway: found } = await gatewayApiWorld(
      managed('networking.istio.io/service-type: NodePort'),
    );
    const ports = () => cluster.get(services, 'default', 'gw-istio')?.spec?.ports ?? [];
    const before = ports();
    const object = structuredClone(found()) as KubeGateway;
    const second = parse(
      '{ name: alt, port: 8080, protocol: HTTP }',
    ) as KubeGateway['spec']['listeners'][number];
    object.spec = { ...object.spec, listeners: [...object.spec.listeners, second] };
    cluster.update(kubeGateways, object);
    await settled();
    expect(ports().slice(0, 2)).toEqual(before);
    expect(ports()[2]).toMatchObject({ port: 8080, targetPort: 8080 });
  });

  it('asks for the address it is given', async () => {
    const spec = "addresses: [{ type: IPAddress, value: '10.1.2.3' }],";
    const { cluster } = await gatewayApiWorld(managed().replace('spec: {', `spec: { ${spec}`));
    expect(cluster.get(services, 'default', 'gw-istio')?.spec?.loadBalancerIP).toBe('10.1.2.3');
  });

  it('is not what a Gateway with the name of a Service gets', async () => {
    const { cluster } = await gatewayApiWorld(ingress + gateway(http));
    expect(cluster.list(deployments, 'default')).toEqual([]);
  });

  it('leaves a Service of that name alone that is not its own', async () => {
    const { cluster } = await gatewayApiWorld(`${service('gw-istio').replace('---', '')}---${managed()}`);
    const found = cluster.get(services, 'default', 'gw-istio');
    expect(found?.spec?.ports?.map(({ port }) => port)).toEqual([80, 81]);
  });
});
