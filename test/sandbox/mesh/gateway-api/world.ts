// A cluster with the Gateway API's definitions, the mesh that follows it, and what a proxy does with a request.

import { Headers } from '../../../../sandbox/proxy/http1/headers.ts';
import { routeTable } from '../../../../sandbox/proxy/route/route-table.ts';
import type { Registry } from '../../../../sandbox/api/registry/registry.ts';
import { GatewayApiSource } from '../../../../sandbox/mesh/gateway-api/follow.ts';
import { generate } from '../../../../sandbox/mesh/generate.ts';
import { MeshState } from '../../../../sandbox/mesh/model.ts';
import type { ProxyNode } from '../../../../sandbox/mesh/proxy-node.ts';
import { namespaces, services } from '../../../../sandbox/kube/resources.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { create, createDefinitions } from '../../gateway-api/support.ts';
import { memoryCluster } from '../../istio-api/memory-cluster.ts';
import { sidecar } from '../support/mesh.ts';

export const ingress = `
apiVersion: v1
kind: Service
metadata: { name: istio-ingressgateway, namespace: istio-system }
spec:
  clusterIP: 10.96.0.9
  selector: { istio: ingressgateway }
  ports: [{ name: http2, port: 80, targetPort: 8080 }]
`;

export const service = (name: string, namespace = 'default'): string => `
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 80 }, { name: http-admin, port: 81 }] }
`;

export const gateway = (listeners: string, more = ''): string => `
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw, namespace: default }
spec:
  gatewayClassName: istio
  addresses: [{ type: Hostname, value: istio-ingressgateway.istio-system.svc.cluster.local }]
  listeners: [${listeners}]
${more}`;

export const httpRoute = (name: string, spec: string, namespace = 'default'): string => `
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name}, namespace: ${namespace} }
spec: { parentRefs: [{ name: gw, namespace: default }], ${spec} }
`;

export interface Asked {
  readonly host?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export class GatewayApiMesh {
  readonly clock = new ManualClock();
  readonly cluster: Registry = memoryCluster(this.clock);
  readonly state = new MeshState();
  readonly source = new GatewayApiSource(this.cluster);
  readonly router: ProxyNode = sidecar({
    type: 'router',
    namespace: 'istio-system',
    labels: { istio: 'ingressgateway' },
  });
  readonly client: ProxyNode = sidecar();

  constructor(text: string) {
    for (const name of ['istio-system', 'other']) {
      const labels = { 'kubernetes.io/metadata.name': name };
      this.cluster.create(namespaces, {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, labels },
      });
    }
    createDefinitions(this.cluster);
    this.cluster.watch(services, ({ type, object }) => {
      this.state.apply({ type, object });
      this.source.surroundingsChanged();
    });
    this.apply(ingress + text);
  }

  apply(text: string): void {
    create(this.cluster, text);
    this.refresh();
  }

  refresh(): void {
    this.source.changed();
    for (const event of this.source.events()) this.state.apply(event);
  }

  /** What becomes of a request at port 8080 of the ingress gateway: `cluster path`, a redirect, or a status. */
  atGateway(path: string, asked: Asked = {}, random = 0.5): string {
    return this.#answer(this.router, 'http.8080', path, { host: 'example.com', ...asked }, random);
  }

  /** The same for a pod with a sidecar that calls `web` (or another host) at a port. */
  inMesh(path: string, port = 80, asked: Asked = {}): string {
    return this.#answer(this.client, String(port), path, { host: 'web', ...asked }, 0.5);
  }

  #answer(node: ProxyNode, routes: string, path: string, asked: Asked, random: number): string {
    const { host = '', method = 'GET', headers = {} } = asked;
    const config = generate(this.state.snapshot(), node);
    const found = config.routes.find(({ name }) => name === routes);
    if (found === undefined) return 'no listener';
    const fields = new Headers(Object.entries(headers).flat());
    const request = { method, authority: host, path, scheme: 'http', headers: fields };
    const route = routeTable(found).find(request, () => random)?.route;
    if (route === undefined) return '404';
    const { action } = route;
    if (action.kind === 'direct') return String(action.status);
    if (action.kind === 'redirect') {
      return `${action.redirect.status} ${action.redirect.location(request)}`;
    }
    const { cluster, host: own } = action.forward.target(() => random);
    if (!config.clusters.some(({ name }) => name === cluster)) return `${action.forward.notFoundStatus} NC`;
    const to = action.forward.rewritePath?.(path) ?? path;
    const [, port = '', , name = ''] = cluster.split('|');
    const authority = action.forward.host ?? own;
    const short = name.replace(/\.svc\.cluster\.local$/u, '').replace(/\.default$/u, '');
    return `${short}:${port} ${authority ?? ''}${to}`;
  }
}
