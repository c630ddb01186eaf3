import { get } from 'node:http';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noKubectl } from '../api/support/kubectl.ts';
import { openCluster, type TestCluster } from '../kubectl/support/cluster.ts';
import { crdFile } from './support.ts';

const shop = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: shop }
spec:
  gatewayClassName: istio
  addresses: [{ type: Hostname, value: istio-ingressgateway.istio-system.svc.cluster.local }]
  listeners: [{ name: http, port: 80, protocol: HTTP }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: own, annotations: { networking.istio.io/service-type: ClusterIP } }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: catalog }
spec:
  parentRefs: [{ name: shop }, { name: own }]
  hostnames: [shop.example.com]
  rules:
    - matches: [{ path: { value: /api } }]
      filters: [{ type: URLRewrite, urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: / } } }]
      backendRefs: [{ name: web, port: 80 }]
    - matches: [{ path: { value: /broken } }]
      backendRefs: [{ name: missing, port: 80 }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: { name: later }
spec: { parentRefs: [{ name: shop }] }
`;

describe.skipIf(noKubectl !== undefined)(
  `§5.2 Gateway API${noKubectl === undefined ? '' : ` (skipped: ${noKubectl})`}`,
  () => {
    let cluster: TestCluster;
    let said = '';

    beforeAll(async () => {
      cluster = await openCluster();
      await cluster.stdout(`apply -f ${cluster.file('crds.yaml', readFileSync(crdFile, 'utf8'))}`);
      await cluster.stdout('create deployment web --image=istioinaction/catalog --port=3000');
      await cluster.stdout('expose deployment web --port=80 --target-port=3000');
      await cluster.stdout('create deployment client --image=nicolaka/netshoot -- sleep infinity');
      await cluster.sandbox.ready();
      said = (await cluster.run('apply -f -', shop)).stderr;
      for (const name of ['web', 'client', 'own-istio']) {
        await cluster.stdout(`rollout status deployment/${name} --timeout=60s`);
      }
    });
    afterAll(() => cluster.close());

    const status = (path: string, host = 'shop.example.com'): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const [port = 0] = cluster.sandbox.ports;
        const options = { host: '127.0.0.1', port, path, headers: { host, connection: 'close' } };
        get(options, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).on('error', reject);
      });

    it.each([
      ['/api/items', 'shop.example.com', 200],
      ['/apifoo', 'shop.example.com', 404],
      ['/broken', 'shop.example.com', 500],
      ['/api/items', 'other.example.com', 404],
    ])('answers %s of %s at the node port with %i', async (path, host, expected) => {
      expect(await status(path, host)).toBe(expected);
    });

    it('answers at a gateway of its own, on the port as it is written', async () => {
      const curl = 'exec deployment/client -- curl -s -o /dev/null -w %{http_code} -H Host:shop.example.com';
      expect(await cluster.stdout(`${curl} http://own-istio/api/items`)).toBe('200');
    });

    it.each([
      ['gatewayclass', /^NAME +CONTROLLER +ACCEPTED +AGE\nistio +istio\.io\/gateway-controller +True/u],
      [
        'gateway',
        /^NAME +CLASS +ADDRESS +PROGRAMMED +AGE\nown +istio +own-istio\.default\.svc\.cluster\.local +True/u,
      ],
      ['gtw', /\nshop +istio +istio-ingressgateway\.istio-system\.svc\.cluster\.local +True/u],
      ['httproute', /^NAME +HOSTNAMES +AGE\ncatalog +\["shop\.example\.com"\]/u],
      ['gw -A', /^No resources|^$/u],
    ])('get %s', async (what, table) => {
      expect(await cluster.stdout(`get ${what}`)).toMatch(table);
    });

    it('warns of what is not executed', () => {
      expect(said).toContain('Warning: GRPCRoute is not executed by this sandbox (write an HTTPRoute)');
    });

    it('refuses what the Gateway API refuses', async () => {
      const route = shop.split('---')[2]?.replace('value: /api', 'value: api') ?? '';
      const { exitCode, stderr } = await cluster.run('apply -f -', route);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`value must be an absolute path and start with '/'`);
    });

    it('takes down what it made with the Gateway', async () => {
      await cluster.stdout('delete gtw own --wait');
      await expect
        .poll(() => cluster.stdout('get deployment,service,serviceaccount -l gateway.istio.io/managed'))
        .toBe('');
    });

    it('goes wrong nowhere', () => {
      expect(cluster.logged.filter((line) => line.startsWith('gateway api'))).toEqual([]);
    });
  },
);
