import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startGatewayApi } from '../../../sandbox/gateway-api/controller.ts';
import type { KubeObject } from '../../../sandbox/kube/object.ts';
import {
  deployments,
  namespaces,
  serviceAccounts,
  services,
  type Resource,
} from '../../../sandbox/kube/resources.ts';
import {
  gatewayClasses,
  httpRoutes,
  kubeGateways,
  type Condition,
  type KubeGateway,
} from '../../../sandbox/mesh/gateway-api/resources.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';
import { memoryCluster } from '../istio-api/memory-cluster.ts';
import { gateway, httpRoute, ingress, service } from '../mesh/gateway-api/world.ts';
import { create, createDefinitions } from './support.ts';

const http = '{ name: http, port: 80, protocol: HTTP }';
const toWeb = 'rules: [{ backendRefs: [{ name: web, port: 80 }] }]';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** The Gateway API at work on `text`, settled. */
async function world(text: string) {
  const cluster = memoryCluster();
  for (const name of ['istio-system', 'other']) {
    cluster.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  const clock = new ManualClock();
  const log: string[] = [];
  stops.push(startGatewayApi({ cluster, clock, log: (line) => log.push(line) }));
  createDefinitions(cluster);
  create(cluster, text);
  await settled();
  expect(log).toEqual([]);
  return { cluster, clock, gateway: () => cluster.get(kubeGateways, 'default', 'gw') };
}

const said = (conditions: readonly Condition[] = []): Record<string, string> =>
  Object.fromEntries(
    conditions.map(({ type, status, reason, message }) => [type, `${status} ${reason}: ${message}`]),
  );

const ofGateway = async (text: string): Promise<Record<string, string>> =>
  said((await world(text)).gateway()?.status?.conditions);

describe('§5.2 GatewayClass', () => {
  it('makes the classes, and accepts its own', async () => {
    const { cluster } = await world(ingress);
    expect(
      cluster
        .list(gatewayClasses)
        .map(({ metadata, spec, status }) => [
          metadata.name,
          spec.controllerName,
          said(status?.conditions)['Accepted'],
        ]),
    ).toEqual([
      ['istio', 'istio.io/gateway-controller', 'True Accepted: Handled by Istio controller'],
      ['istio-remote', 'istio.io/unmanaged-gateway', 'True Accepted: Handled by Istio controller'],
      ['istio-waypoint', 'istio.io/mesh-controller', 'True Accepted: Handled by Istio controller'],
    ]);
  });
});

describe('§5.2 Gateway', () => {
  const fqdn = 'istio-ingressgateway.istio-system.svc.cluster.local';

  it('of an existing Service is programmed, with its name as address', async () => {
    const found = (await world(ingress + gateway(http))).gateway();
    expect(said(found?.status?.conditions)).toEqual({
      Accepted: 'True Accepted: Resource accepted',
      Programmed: `True Programmed: Resource programmed, assigned to service(s) ${fqdn}:80`,
    });
    expect(found?.status?.addresses).toEqual([{ type: 'Hostname', value: fqdn }]);
    expect(found?.status?.conditions?.map(({ observedGeneration }) => observedGeneration)).toEqual([1, 1]);
  });

  it.each([
    [
      gateway(http),
      `False AddressNotUsable: Failed to assign to any requested addresses: hostname "${fqdn}" not found`,
    ],
    [
      ingress + gateway('{ name: http, port: 8080, protocol: HTTP }'),
      `False AddressNotUsable: Failed to assign to any requested addresses: port 8080 not found for hostname "${fqdn}"`,
    ],
    [
      ingress + gateway(`${http}, { name: alt, port: 8080, protocol: HTTP }`),
      `False AddressNotUsable: Assigned to service(s) ${fqdn}:80, but failed to assign to all requested addresses: port 8080 not found for hostname "${fqdn}"`,
    ],
  ])('says what is wrong with its address', async (text, programmed) => {
    expect((await ofGateway(text))['Programmed']).toBe(programmed);
  });

  it('of another class has no status', async () => {
    const text = ingress + gateway(http).replace('gatewayClassName: istio', 'gatewayClassName: nginx');
    expect((await world(text)).gateway()?.status).toBeUndefined();
  });

  it('counts the routes of a listener, and says what it takes', async () => {
    const text = ingress + service('web') + gateway(http) + httpRoute('a', toWeb) + httpRoute('b', toWeb);
    const [listener] = (await world(text)).gateway()?.status?.listeners ?? [];
    expect(listener?.attachedRoutes).toBe(2);
    expect(listener?.supportedKinds.map(({ kind }) => kind)).toEqual(['HTTPRoute', 'GRPCRoute']);
    expect(said(listener?.conditions)).toEqual({
      Accepted: 'True Accepted: No errors found',
      Conflicted: 'False NoConflicts: No errors found',
      Programmed: 'True Programmed: No errors found',
      ResolvedRefs: 'True ResolvedRefs: No errors found',
    });
  });

  it.each([
    [
      '{ name: s, port: 443, protocol: HTTPS, tls: { certificateRefs: [] } }',
      'False InvalidCertificateRef: exactly 1 certificateRefs should be present for TLS termination',
      'False Invalid: Bad TLS configuration',
    ],
    [
      '{ name: t, port: 80, protocol: TCP }',
      'True ResolvedRefs: No errors found',
      'False Pending: This sandbox does not execute TCP listeners: nothing listens on this port',
    ],
    [
      '{ name: http, port: 80, protocol: HTTP, allowedRoutes: { kinds: [{ kind: UDPRoute }] } }',
      'False InvalidRouteKinds: Invalid route kinds',
      'True Programmed: No errors found',
    ],
  ])('listener %s', async (listener, resolved, programmed) => {
    const [status] = (await world(ingress + gateway(listener))).gateway()?.status?.listeners ?? [];
    const { ResolvedRefs, Programmed } = said(status?.conditions);
    expect([ResolvedRefs, Programmed]).toEqual([resolved, programmed]);
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
    const { cluster, gateway: found } = await world(managed());
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
    expect((await ofGateway(managed(annotations)))['Programmed']).toBe(programmed);
  });

  it('opens another port on its Service with another listener, and keeps the node ports', async () => {
    const { cluster, gateway: found } = await world(managed('networking.istio.io/service-type: NodePort'));
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

  it('leaves a Service of that name alone that is not its own', async () => {
    const { cluster } = await world(`${service('gw-istio').replace('---', '')}---${managed()}`);
    const found = cluster.get(services, 'default', 'gw-istio');
    expect(found?.spec?.ports?.map(({ port }) => port)).toEqual([80, 81]);
  });
});

describe('§5.2 HTTPRoute', () => {
  const parents = async (text: string, listeners = http) => {
    const { cluster } = await world(ingress + service('web') + gateway(listeners) + text);
    return (cluster.get(httpRoutes, 'default', 'r')?.status?.parents ?? []).map(
      (parent): Record<string, string> => ({
        ...said(parent.conditions),
        controller: parent.controllerName,
      }),
    );
  };
  const accepted = 'True Accepted: Route was valid';
  const resolved = 'True ResolvedRefs: All references resolved';

  it('is accepted, and names its controller', async () => {
    expect(await parents(httpRoute('r', toWeb))).toEqual([
      { Accepted: accepted, ResolvedRefs: resolved, controller: 'istio.io/gateway-controller' },
    ]);
  });

  const route = (reference: string, more = ''): string => `
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: r, namespace: default }
spec: { parentRefs: [{ ${reference} }], ${more} ${toWeb} }
`;
  const two = `${http}, { name: alt, port: 8080, protocol: HTTP, hostname: alt.example.com }`;
  it.each([
    [
      'name: gw, sectionName: x',
      '',
      'False NoMatchingParent: sectionName "x" not found; sectionName "x" not found',
    ],
    ['name: gw, port: 81', '', 'False NoMatchingParent: port 81 not found; port 81 not found'],
    ['name: gw', '', `${accepted}, bound to 2 parents`],
    ['name: gw', 'hostnames: [a.example.com],', accepted],
    [
      'name: gw, sectionName: alt',
      'hostnames: [a.example.com],',
      'False NoMatchingListenerHostname: no hostnames matched parent hostname "alt.example.com"',
    ],
    ['name: web, kind: Service, group: ""', '', accepted],
  ])('with parent {%s} %s: %s', async (reference, more, answer) => {
    const [parent] = await parents(route(reference, more), two);
    expect(parent?.['Accepted']).toBe(answer);
  });

  it('is not admitted from another namespace unless the listener says so', async () => {
    const { cluster } = await world(ingress + gateway(http) + httpRoute('r', toWeb, 'other'));
    const status = cluster.get(httpRoutes, 'other', 'r')?.status;
    expect(said(status?.parents?.[0]?.conditions)['Accepted']).toBe(
      'False NotAllowedByListeners: hostnames matched parent hostname "", but namespace "other" is not allowed by the parent',
    );
  });

  it('with an unknown parent has no status', async () => {
    const { cluster } = await world(ingress + gateway(http) + route('name: unknown'));
    expect(cluster.get(httpRoutes, 'default', 'r')?.status).toBeUndefined();
  });

  it.each([
    [
      '{ name: missing, port: 80 }',
      'False BackendNotFound: backend(missing.default.svc.cluster.local) not found',
    ],
    [
      '{ name: web, namespace: other, port: 80 }',
      'False RefNotPermitted: backendRef web/other not accessible to a HTTPRoute in namespace "default" (missing a ReferenceGrant?)',
    ],
    [
      '{ name: web, kind: Secret, port: 80 }',
      'False InvalidKind: referencing unsupported backendRef: group "" kind "Secret"',
    ],
    ['{ name: web }', 'False InvalidDestination: port is required in backendRef'],
    ['{ name: web, port: 80 }', resolved],
  ])('with backend %s: %s', async (backend, answer) => {
    const [parent] = await parents(httpRoute('r', `rules: [{ backendRefs: [${backend}] }]`));
    expect([parent?.['Accepted'], parent?.['ResolvedRefs']]).toEqual([accepted, answer]);
  });

  it('is right again when its backend comes, at the time it came', async () => {
    const { cluster, clock } = await world(ingress + gateway(http) + httpRoute('r', toWeb));
    const conditions = () => cluster.get(httpRoutes, 'default', 'r')?.status?.parents?.[0]?.conditions ?? [];
    expect(said(conditions())['ResolvedRefs']).toMatch(/BackendNotFound/u);
    await clock.advance(60_000);
    create(cluster, service('web').replace('---', ''));
    await settled();
    expect(said(conditions())['ResolvedRefs']).toBe(resolved);
    expect(conditions().map(({ lastTransitionTime }) => lastTransitionTime)).toEqual([
      '2025-04-01T10:00:00Z',
      '2025-04-01T10:01:00Z',
    ]);
  });
});
