import { afterEach, describe, expect, it } from 'vitest';
import { httpRoutes } from '../../../sandbox/mesh/gateway-api/resources.ts';
import { settled } from '../../support/manual-clock.ts';
import { gateway, httpRoute, ingress, service } from '../mesh/gateway-api/world.ts';
import { create } from './support.ts';
import { closeWorlds, gatewayApiWorld, said } from './world.ts';

const http = '{ name: http, port: 80, protocol: HTTP }';
const toWeb = 'rules: [{ backendRefs: [{ name: web, port: 80 }] }]';

afterEach(closeWorlds);

const ofGateway = async (text: string): Promise<Record<string, string>> =>
  said((await gatewayApiWorld(text)).gateway()?.status?.conditions);

describe('§5.2 Gateway', () => {
  const fqdn = 'istio-ingressgateway.istio-system.svc.cluster.local';

  it('of an existing Service is programmed, with its name as address', async () => {
    const found = (await gatewayApiWorld(ingress + gateway(http))).gateway();
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
    expect((await gatewayApiWorld(text)).gateway()?.status).toBeUndefined();
  });

  it('counts the routes of a listener, and says what it takes', async () => {
    const text = ingress + service('web') + gateway(http) + httpRoute('a', toWeb) + httpRoute('b', toWeb);
    const [listener] = (await gatewayApiWorld(text)).gateway()?.status?.listeners ?? [];
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
      '{ name: s, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: cert }] } }',
      'False InvalidCertificateRef: invalid certificate reference /Secret/cert, secret default/cert not found',
      'False Invalid: Bad TLS configuration',
    ],
    [
      '{ name: s, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: cert, namespace: other }] } }',
      'False RefNotPermitted: certificateRef cert/other not accessible to a Gateway in namespace "default" (missing a ReferenceGrant?)',
      'False Invalid: Bad TLS configuration',
    ],
    [
      '{ name: s, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: granted, namespace: other }] } }',
      'True ResolvedRefs: No errors found',
      'False Pending: This sandbox does not execute HTTPS listeners: nothing listens on this port',
    ],
    [
      '{ name: http, port: 80, protocol: HTTP, allowedRoutes: { kinds: [{ kind: UDPRoute }] } }',
      'False InvalidRouteKinds: Invalid route kinds',
      'True Programmed: No errors found',
    ],
  ])('listener %s', async (listener, resolved, programmed) => {
    const text = ingress + secret('cert') + secret('granted') + grant + gateway(listener);
    const [status] = (await gatewayApiWorld(text)).gateway()?.status?.listeners ?? [];
    const { ResolvedRefs, Programmed } = said(status?.conditions);
    expect([ResolvedRefs, Programmed]).toEqual([resolved, programmed]);
  });

  const secret = (name: string): string => `
---
apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: other }
`;
  const grant = `
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: { name: grant, namespace: other }
spec:
  from: [{ group: gateway.networking.k8s.io, kind: Gateway, namespace: default }]
  to: [{ group: '', kind: Secret, name: granted }]
`;

  it.each([
    ['HTTP', 'True Accepted: No errors found'],
    [
      'TCP',
      'False UnsupportedProtocol: protocol "TCP" is supported, but only when PILOT_ENABLE_ALPHA_GATEWAY_API=true is configured',
    ],
    ['UDP', 'False UnsupportedProtocol: protocol "UDP" is unsupported'],
    ['HBONE', 'False UnsupportedProtocol: protocol "HBONE" is only supported for waypoint proxies'],
    [
      'http',
      'False UnsupportedProtocol: protocol "http" is unsupported. hint: "HTTP" (uppercase) may be supported',
    ],
  ])('listener of protocol %s', async (protocol, accepted) => {
    const text = ingress + gateway(`{ name: a, port: 80, protocol: ${protocol} }`);
    const [status] = (await gatewayApiWorld(text)).gateway()?.status?.listeners ?? [];
    expect(said(status?.conditions)['Accepted']).toBe(accepted);
  });
});

describe('§5.2 HTTPRoute', () => {
  const parents = async (text: string, listeners = http) => {
    const { cluster } = await gatewayApiWorld(ingress + service('web') + gateway(listeners) + text);
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
    const { cluster } = await gatewayApiWorld(ingress + gateway(http) + httpRoute('r', toWeb, 'other'));
    const status = cluster.get(httpRoutes, 'other', 'r')?.status;
    expect(said(status?.parents?.[0]?.conditions)['Accepted']).toBe(
      'False NotAllowedByListeners: hostnames matched parent hostname "", but namespace "other" is not allowed by the parent',
    );
  });

  it('with an unknown parent has no status', async () => {
    const { cluster } = await gatewayApiWorld(ingress + gateway(http) + route('name: unknown'));
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
    const { cluster, clock } = await gatewayApiWorld(ingress + gateway(http) + httpRoute('r', toWeb));
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
