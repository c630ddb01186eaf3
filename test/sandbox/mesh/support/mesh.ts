// Builds a mesh from YAML, as short as a test can say it.

import { parseAllDocuments } from 'yaml';
import { generate } from '../../../../sandbox/mesh/generate.ts';
import { MeshState, type MeshEvent } from '../../../../sandbox/mesh/model.ts';
import type { KubeObject } from '../../../../sandbox/kube/object.ts';
import type { MeshConfig } from '../../../../sandbox/mesh/mesh-config.ts';
import type { ProxyConfig } from '../../../../sandbox/envoy/config.ts';
import type { ProxyNode } from '../../../../sandbox/mesh/proxy-node.ts';
import type { Route, VirtualHost } from '../../../../sandbox/envoy/route.ts';

/** Objects of a multi-document YAML, with the metadata an API server would have filled in. */
export function objects(text: string): KubeObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const object = document.toJS() as KubeObject | null;
    return object === null ? [] : [completed(object)];
  });
}

export function completed(object: KubeObject): KubeObject {
  const { metadata } = object;
  const defaults = {
    namespace: 'default',
    uid: '',
    resourceVersion: '1',
    creationTimestamp: '2025-04-01T10:00:00Z',
  };
  return { ...object, metadata: { ...defaults, ...metadata } };
}

export function meshOf(text: string, mesh?: Partial<MeshConfig>): MeshState {
  const state = new MeshState(mesh);
  for (const object of objects(text)) state.apply({ type: 'ADDED', object });
  return state;
}

export function apply(state: MeshState, text: string, type: MeshEvent['type'] = 'MODIFIED'): void {
  for (const object of objects(text)) state.apply({ type, object });
}

export const sidecar = (node: Partial<ProxyNode> = {}): ProxyNode => ({
  type: 'sidecar',
  name: 'client',
  namespace: 'default',
  ip: '10.244.0.99',
  labels: {},
  serviceAccount: 'default',
  ports: [],
  ...node,
});

export const router = (node: Partial<ProxyNode> = {}): ProxyNode => ({
  ...sidecar(),
  type: 'router',
  name: 'istio-ingressgateway',
  namespace: 'istio-system',
  labels: { app: 'istio-ingressgateway', istio: 'ingressgateway' },
  ...node,
});

export const configOf = (state: MeshState, node: ProxyNode = sidecar()): ProxyConfig =>
  generate(state.snapshot(), node);

/** Virtual hosts of a route configuration by name; none if there is no such configuration. */
export function hostsOf({ routes }: ProxyConfig, name: string): Record<string, VirtualHost> {
  const hosts = routes.find((entry) => entry.name === name)?.virtual_hosts ?? [];
  return Object.fromEntries(hosts.map((host) => [host.name, host]));
}

/** Routes of `web.default` at port 80 for a sidecar in the same namespace. */
export const webRoutes = (state: MeshState, node: ProxyNode = sidecar()): readonly Route[] =>
  hostsOf(configOf(state, node), '80')['web.default.svc.cluster.local:80']?.routes ?? [];

export const service = (name: string, more = ''): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: default }
spec:
  clusterIP: 10.96.0.${name.length}
  selector: { app: ${name} }
  ports: [{ name: http, port: 80, targetPort: 3000 }]
${more}`;

/** `web` on port 80, and a VirtualService for it with one rule. */
export const webWith = (rule: string): string => `${service('web')}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web, namespace: default }
spec:
  hosts: [web]
  http:
${rule.replace(/^\n/u, '').replaceAll(/^/gmu, '    ')}
`;
