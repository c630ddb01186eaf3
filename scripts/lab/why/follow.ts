// Follows a request from proxy to proxy: who calls whom, and what each proxy on the way was given for it.

import { findRoute, type FoundRoute, type Request } from '../checks/route-config.ts';
import { shellWords } from '../format/shell-words.ts';
import { flagOf } from './intended.ts';
import { hostOf, workloadOf, type Scene } from './scene.ts';
import { hasProxy } from '../../cluster/containers.ts';
import type { SeenProxy } from '../../cluster/picture.ts';
import { isSubsetOf } from '../../../sandbox/mesh/host.ts';
import { virtualServiceOf } from '../../../sandbox/mesh/kube/virtual-service.ts';
import type { Pod } from '../../../sandbox/kube/resources.ts';

/** One workload that sends the request on. */
export interface Hop {
  readonly caller: string;
  readonly namespace: string;
  /** Its pods. */
  readonly pods: readonly Pod[];
  readonly isRouter: boolean;
  /** Host as it is called, without a port; path undefined: any. */
  readonly request: Request;
  readonly routes: readonly ProxyRoute[];
}

/** What one proxy of the caller does with the request. */
export interface ProxyRoute {
  readonly proxy: SeenProxy;
  readonly found: FoundRoute;
  /** Envoy's names of the clusters it may go to. */
  readonly clusters: readonly string[];
}

/** In the order of the way. */
export function followAim(scene: Scene): readonly Hop[] {
  const first = firstHop(scene);
  if (first === undefined) return [];
  const hops = [first];
  const seen = new Set<string>();
  for (let index = 0; index < hops.length && hops.length < 12; index += 1) {
    const hop = hops[index];
    if (hop === undefined) break;
    for (const host of hostsOf(hop)) {
      if (seen.has(host)) continue;
      seen.add(host);
      hops.push(...onward(scene, host, hop.request.headers));
    }
  }
  return hops;
}

/** Full names of the services that a hop leads to, without a proxy the one that is called. */
export function hostsOf({ routes, request, pods }: Hop): readonly string[] {
  if (!pods.some(hasProxy)) return [request.host];
  const hosts = routes.flatMap(({ clusters }) => clusters).flatMap((cluster) => cluster.split('|')[3] ?? []);
  return [...new Set(hosts)];
}

function firstHop(scene: Scene): Hop | undefined {
  const { aim } = scene;
  switch (aim.kind) {
    case 'request':
      return gatewayHop(scene, aim.url, aim.headers);
    case 'route':
      return workloadHop(scene, aim.workload.namespace, aim.workload.deployment, aim.request);
    case 'command':
      return commandHop(scene, aim.line);
    case 'resource':
      return undefined;
  }
}

function gatewayHop(scene: Scene, url: string, headers: Request['headers']): Hop | undefined {
  if (!URL.canParse(url)) return undefined;
  const { host, pathname, search } = new URL(url);
  const named = Object.entries(headers).find(([name]) => name.toLowerCase() === 'host')?.[1] ?? host;
  const request = {
    host: withoutPort(named),
    config: 'http.8080',
    path: `${pathname}${search}`.replace(/\?.*$/s, ''),
    headers,
  };
  return hopOf(scene, scene.routers.map(({ pod }) => pod).slice(0, 1), request, true);
}

const withoutPort = (host: string): string => host.replace(/:\d+$/, '');

/** `kubectl exec deploy/NAME -- curl URL`, or curl alone. */
function commandHop(scene: Scene, line: string): Hop | undefined {
  for (const simple of shellWords(inner(line))) {
    const words = simple.map(({ word }) => word);
    const url = words.find((word) => /^https?:\/\//.test(word));
    if (url === undefined || !words.includes('curl')) continue;
    const plainUrl = url.replace(/\[\d+-\d+\]/g, '1');
    if (!URL.canParse(plainUrl)) continue;
    const { hostname, port, pathname } = new URL(plainUrl);
    const headers = headersOf(words);
    const target = words.find((word) => /^deploy(?:ment)?s?\//.test(word));
    if (target === undefined) return gatewayHop(scene, plainUrl, headers);
    // Inside the pod: nobody is called.
    if (hostname === 'localhost') return undefined;
    const namespace = flagOf(words, '-n', '--namespace') ?? 'default';
    const request = {
      host: fullName(scene, hostname, namespace),
      config: port === '' ? '80' : port,
      path: pathname,
      headers,
    };
    return workloadHop(scene, namespace, target.replace(/^.*\//, ''), request);
  }
  return undefined;
}

/** Commands inside `$(…)` count too. */
const inner = (line: string): string => line.replaceAll(/"?\$\(|\)"?/g, ' ; ');

function headersOf(words: readonly string[]): Readonly<Record<string, string>> {
  const values = words.flatMap((word, index) => (word === '-H' ? [words[index + 1] ?? ''] : []));
  return Object.fromEntries(
    values.map((value) => {
      const [name = '', text = ''] = value.split(/:\s*(.*)/s);
      return [name, text];
    }),
  );
}

function fullName(scene: Scene, host: string, namespace: string): string {
  const service = scene.of('Service').find(({ metadata: { name, namespace: owner = '' } }) => {
    const names = [`${name}.${owner}`, `${name}.${owner}.svc`, `${name}.${owner}.svc.cluster.local`];
    return names.includes(host) || (host === name && owner === namespace);
  });
  return service === undefined ? host : hostOf(service);
}

const workloadHop = (scene: Scene, namespace: string, deployment: string, request: Request): Hop => ({
  ...hopOf(scene, scene.podsOfDeployment(namespace, deployment), request, request.config.startsWith('http.')),
  caller: deployment,
  namespace,
});

function hopOf(scene: Scene, pods: readonly Pod[], request: Request, isRouter: boolean): Hop {
  const routes = pods
    .flatMap((pod) => scene.proxyOf(pod) ?? [])
    .flatMap((proxy): ProxyRoute[] => {
      if (proxy.dump === undefined) return [];
      const found = findRoute(proxy.dump, request);
      return [{ proxy, found, clusters: 'route' in found ? clustersOf(found.route) : [] }];
    });
  const [pod] = pods;
  return {
    caller: pod === undefined ? (isRouter ? 'istio-ingressgateway' : '') : workloadOf(pod),
    namespace: pod?.metadata.namespace ?? '',
    pods,
    isRouter,
    request,
    routes,
  };
}

export const clustersOf = ({ route }: Extract<FoundRoute, { route: unknown }>['route']): readonly string[] =>
  route?.weighted_clusters?.clusters.map(({ name }) => name) ??
  (route?.cluster === undefined ? [] : [route.cluster]);

/** The hops that the pods behind a service make in their turn. */
function onward(scene: Scene, host: string, headers: Request['headers']): readonly Hop[] {
  const service = scene.service(host);
  if (service === undefined) return [];
  const pods = scene.podsOf(service);
  const workloads = grouped(pods);
  return [...workloads.values()].flatMap((group) =>
    calledBy(scene, group)
      .filter((called) => called !== host)
      .flatMap((called) =>
        (scene.service(called)?.spec?.ports ?? []).map(({ port }) =>
          hopOf(scene, group, { host: called, config: String(port), path: undefined, headers }, false),
        ),
      ),
  );
}

function grouped(pods: readonly Pod[]): ReadonlyMap<string, Pod[]> {
  const groups = new Map<string, Pod[]>();
  for (const pod of pods) groups.set(workloadOf(pod), [...(groups.get(workloadOf(pod)) ?? []), pod]);
  return groups;
}

/** Services that pods are told of in their variables, have called before, or that a rule of their namespace is about. */
function calledBy(scene: Scene, pods: readonly Pod[]): readonly string[] {
  const namespace = pods[0]?.metadata.namespace ?? '';
  const values = pods.flatMap(({ spec }) =>
    (spec?.containers ?? [])
      .filter(({ name }) => name !== 'istio-proxy')
      .flatMap(({ env = [] }) => env.flatMap(({ value }) => value ?? [])),
  );
  const named = values.map((value) => fullName(scene, withoutPort(value), namespace));
  const called = pods
    .flatMap((pod) => scene.proxyOf(pod)?.stats.split('\n') ?? [])
    .filter((line) => line.startsWith('istio_requests_total{') && line.includes('reporter="source"'))
    .flatMap((line) => /destination_service="([^"]+)"/.exec(line)?.[1] ?? []);
  const ruled = scene.of('VirtualService', namespace).flatMap((object) => {
    const { hosts, gateways } = virtualServiceOf(object);
    return gateways.includes('mesh') ? hosts : [];
  });
  const known = scene.of('Service').map(hostOf);
  return [...new Set([...named, ...called, ...ruled])].filter((host) =>
    known.some((service) => isSubsetOf(service, host)),
  );
}
