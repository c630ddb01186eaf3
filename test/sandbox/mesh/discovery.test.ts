import { describe, expect, it } from 'vitest';
import { completed, service, sidecar } from './support/mesh.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';
import { startDiscovery, type Discovery } from '../../../sandbox/mesh/discovery.ts';
import { StatusError } from '../../../sandbox/kube/status-error.ts';
import { parse } from 'yaml';
import type { Cluster, WatchEvent } from '../../../sandbox/kube/cluster.ts';
import type { KubeObject } from '../../../sandbox/kube/object.ts';
import type { ProxyConfig } from '../../../sandbox/envoy/config.ts';
import type { Resource } from '../../../sandbox/kube/resources.ts';

type Listener = (event: WatchEvent) => void;

/** Watches of a cluster, with a hand that writes. Kinds of Istio are refused until they are defined. */
class Watched {
  readonly log: string[] = [];
  readonly clock = new ManualClock();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #objects = new Map<string, KubeObject>();
  #istio = true;

  constructor({ istio = true } = {}) {
    this.#istio = istio;
  }

  get watches(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  discovery(): Discovery {
    const cluster: Pick<Cluster, 'watch'> = {
      watch: (resource, listener) => this.#watch(resource, listener as Listener),
    };
    return startDiscovery({
      cluster: cluster as Cluster,
      clock: this.clock,
      log: (line) => void this.log.push(line),
    });
  }

  write(resource: string, text: string): void {
    const object = completed(parse(text) as KubeObject);
    const key = `${resource}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    const previous = this.#objects.get(key);
    this.#objects.set(key, object);
    const event: WatchEvent = previous ? { type: 'MODIFIED', object, previous } : { type: 'ADDED', object };
    for (const listener of this.#listeners.get(resource) ?? []) listener(event);
  }

  defineIstio(): void {
    this.#istio = true;
    this.write('customresourcedefinitions', 'kind: CustomResourceDefinition\nmetadata: { name: any }');
  }

  #watch({ group, resource }: Resource<KubeObject>, listener: Listener): () => void {
    if (group === 'gateway.networking.k8s.io') throw new StatusError('NotFound', resource);
    if (group === 'networking.istio.io' && !this.#istio) throw new StatusError('NotFound', resource);
    const listeners = this.#listeners.get(resource) ?? new Set();
    this.#listeners.set(resource, listeners.add(listener));
    for (const [key, object] of this.#objects)
      if (key.startsWith(`${resource}/`)) listener({ type: 'ADDED', object });
    return () => void listeners.delete(listener);
  }
}

const ruleNamed = (name: string): string => `
kind: VirtualService
metadata: { name: ${name} }
spec: { hosts: [web], http: [{ name: ${name}, route: [{ destination: { host: web } }] }] }`;

const routeNames = ({ routes }: ProxyConfig): (string | undefined)[] =>
  routes.flatMap(({ virtual_hosts: hosts }) => hosts.flatMap((host) => host.routes.map(({ name }) => name)));

describe('discovery', () => {
  it('pushes to a new proxy at once', () => {
    const cluster = new Watched();
    cluster.write('services', service('web'));
    const pushes: ProxyConfig[] = [];
    const discovery = cluster.discovery();
    discovery.subscribe(sidecar(), (config) => void pushes.push(config));
    expect(pushes.map(routeNames)).toEqual([['default', 'allow_any']]);
    discovery.close();
  });

  it('makes one push of all changes of a turn', async () => {
    const cluster = new Watched();
    const discovery = cluster.discovery();
    const pushes: ProxyConfig[] = [];
    discovery.subscribe(sidecar(), (config) => void pushes.push(config));
    cluster.write('services', service('web'));
    cluster.write('virtualservices', ruleNamed('first'));
    expect(pushes).toHaveLength(1);
    await settled();
    expect(pushes.map(routeNames)).toEqual([[], ['first', 'allow_any']]);
    expect(cluster.log).toEqual(['Pushed revision 2 to 1 of 1 proxies']);
    discovery.close();
  });

  it('leaves proxies alone whose config stays, and keeps the parts of the others that stay', async () => {
    const cluster = new Watched();
    cluster.write('services', service('web'));
    const discovery = cluster.discovery();
    const own: ProxyConfig[] = [];
    const other: ProxyConfig[] = [];
    discovery.subscribe(sidecar(), (config) => void own.push(config));
    discovery.subscribe(sidecar({ namespace: 'elsewhere' }), (config) => void other.push(config));
    cluster.write('virtualservices', ruleNamed('private').replace('spec: {', "spec: { exportTo: ['.'],"));
    await settled();
    expect([own.length, other.length]).toEqual([2, 1]);
    expect(own[1]?.clusters).toBe(own[0]?.clusters);
    expect(own[1]?.listeners).toBe(own[0]?.listeners);
    discovery.close();
  });

  it('knows what each proxy was sent, and what it has taken', async () => {
    const cluster = new Watched();
    cluster.write('services', service('web'));
    const discovery = cluster.discovery();
    let refuses = false;
    discovery.subscribe(sidecar(), () => {
      if (refuses) throw new Error('unknown filter');
    });
    const seen = (): readonly (readonly [string, boolean, number, string])[] =>
      discovery
        .proxies()
        .flatMap(({ types }) =>
          types.map(
            ({ typeUrl, sent, acked, sentAt, error }) =>
              [typeUrl.split('.').at(-1) ?? '', sent === acked, sentAt, error] as const,
          ),
        );
    const began = cluster.clock.now();
    const taken = (name: string): readonly [string, boolean, number, string] => [name, true, began, ''];
    const others = ['Cluster', 'Listener', 'ClusterLoadAssignment'].map(taken);
    expect(seen()).toEqual(expect.arrayContaining([...others, taken('RouteConfiguration')]));

    refuses = true;
    await cluster.clock.advance(1000);
    cluster.write('virtualservices', ruleNamed('first'));
    await settled();
    const refused = ['RouteConfiguration', false, began + 1000, 'unknown filter'];
    expect(seen()).toEqual(expect.arrayContaining([...others, refused]));

    refuses = false;
    await cluster.clock.advance(1000);
    cluster.write('virtualservices', ruleNamed('first').replace('name: first,', 'name: other,'));
    await settled();
    expect(seen()).toEqual(
      expect.arrayContaining([...others, ['RouteConfiguration', true, began + 2000, '']]),
    );
    discovery.close();
    expect(discovery.proxies()).toEqual([]);
  });

  it('says which proxy refused its config, and still pushes to the next', async () => {
    const cluster = new Watched();
    const discovery = cluster.discovery();
    let pushed = 0;
    discovery.subscribe(sidecar({ name: 'picky' }), () => {
      throw new Error('unknown filter');
    });
    discovery.subscribe(sidecar(), () => void (pushed += 1));
    cluster.write('services', service('web'));
    await settled();
    expect(pushed).toBe(2);
    expect(cluster.log).toContain('Proxy picky.default refused its config: unknown filter');
    discovery.close();
  });

  it.each([
    ['http: [{ route: [{}] }]', 'VirtualService default/odd is left out of the mesh'],
    [
      'http: [{ match: [{ uri: null }], route: [{ destination: { host: web } }] }]',
      'No config for proxy client.default',
    ],
  ])('goes on after a VirtualService that makes no sense: %s', async (http, line) => {
    const cluster = new Watched();
    cluster.write('services', service('web'));
    const discovery = cluster.discovery();
    const pushes: ProxyConfig[] = [];
    discovery.subscribe(sidecar(), (config) => void pushes.push(config));
    cluster.write(
      'virtualservices',
      `kind: VirtualService\nmetadata: { name: odd }\nspec: { hosts: [web], ${http} }`,
    );
    await settled();
    expect(cluster.log.join()).toContain(line);
    cluster.write('virtualservices', ruleNamed('even').replace('name: even }\nspec', 'name: odd }\nspec'));
    await settled();
    expect(pushes.map(routeNames).at(-1)).toEqual(['even', 'allow_any']);
    discovery.close();
  });

  it('pushes nothing to a proxy that another one’s push has ended', async () => {
    const cluster = new Watched();
    const discovery = cluster.discovery();
    let pushed = 0;
    let leave = (): void => undefined;
    discovery.subscribe(sidecar(), () => leave());
    leave = discovery.subscribe(sidecar(), () => void (pushed += 1));
    cluster.write('services', service('web'));
    await settled();
    expect(pushed).toBe(1);
    discovery.close();
  });

  it('follows the kinds of Istio from when they are defined', async () => {
    const cluster = new Watched({ istio: false });
    cluster.write('services', service('web'));
    const discovery = cluster.discovery();
    const pushes: ProxyConfig[] = [];
    discovery.subscribe(sidecar(), (config) => void pushes.push(config));
    cluster.defineIstio();
    cluster.write('virtualservices', ruleNamed('later'));
    await settled();
    expect(pushes.map(routeNames).at(-1)).toEqual(['later', 'allow_any']);
    discovery.close();
  });

  it('takes the mesh config from the ConfigMap istio-system/istio', async () => {
    const cluster = new Watched();
    cluster.write('services', service('web'));
    const discovery = cluster.discovery();
    const pushes: ProxyConfig[] = [];
    discovery.subscribe(sidecar(), (config) => void pushes.push(config));
    cluster.write(
      'configmaps',
      `kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "accessLogFile: /dev/stdout\\noutboundTrafficPolicy: { mode: REGISTRY_ONLY }" }`,
    );
    await settled();
    expect(routeNames(pushes.at(-1) as ProxyConfig)).toEqual(['default', 'block_all']);
    expect(JSON.stringify(pushes.at(-1)?.listeners)).toContain('"path":"/dev/stdout"');
    discovery.close();
  });

  it('pushes nothing after an unsubscribe, and leaves no watch after close', async () => {
    const cluster = new Watched();
    const discovery = cluster.discovery();
    let pushed = 0;
    const leave = discovery.subscribe(sidecar(), () => void (pushed += 1));
    leave();
    cluster.write('services', service('web'));
    await settled();
    expect(pushed).toBe(1);
    discovery.subscribe(sidecar(), () => void (pushed += 1));
    cluster.write('virtualservices', ruleNamed('late'));
    discovery.close();
    await settled();
    expect(pushed).toBe(2);
    expect(cluster.watches).toBe(0);
  });
});
