// Pods on the sandbox's network whose proxies have the config that the mesh makes of YAML: what a user sees of a rule.

import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type RequestListener,
} from 'node:http';
import { parseAllDocuments } from 'yaml';
import { seededRandom } from '../../../../sandbox/clock/clock.ts';
import type { ProxyConfig } from '../../../../sandbox/envoy/config.ts';
import type { Cluster, WatchEvent } from '../../../../sandbox/kube/cluster.ts';
import type { KubeObject, ResourceName } from '../../../../sandbox/kube/object.ts';
import type { PodIdentity, RunningContainer } from '../../../../sandbox/kubelet/program.ts';
import { bootstrapClusters } from '../../../../sandbox/mesh/cluster/bootstrap-clusters.ts';
import { generate } from '../../../../sandbox/mesh/generate.ts';
import type { MeshConfig } from '../../../../sandbox/mesh/mesh-config.ts';
import { MeshState } from '../../../../sandbox/mesh/model.ts';
import { entryOf } from '../../../../sandbox/mesh/model/multi-map.ts';
import type { ProxyNode } from '../../../../sandbox/mesh/proxy-node.ts';
import { createNetwork, type AttachedPod, type Network } from '../../../../sandbox/network/create-network.ts';
import { watchNetwork } from '../../../../sandbox/network/watch-network.ts';
import { proxyProgram } from '../../../../sandbox/proxy/program.ts';
import { workloadOfPod } from '../../../../sandbox/telemetry/workload-of-pod.ts';
import { ManualClock, settled } from '../../../support/manual-clock.ts';
import { completed } from '../../mesh/support/mesh.ts';

export interface MeshPod {
  readonly name: string;
  readonly namespace: string;
  readonly network: AttachedPod;
  /** What its proxy printed. */
  readonly logs: string[];
  /** Headers of the requests its app got. */
  readonly seen: IncomingHttpHeaders[];
  /** Paths of those. */
  readonly paths: string[];
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Ask {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  /** Where to connect to instead of the service's address. */
  readonly to?: { readonly ip: string; readonly port: number };
}

interface PodOptions {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** `none`: an app without a proxy. */
  readonly proxy?: ProxyNode['type'] | 'none';
  readonly annotations?: Readonly<Record<string, string>>;
  /** What its app answers. @default hello */
  readonly app?: RequestListener;
}

/** Where the service of an app answers; its port 80 is the pod's 3000, and `tcp` the pod's 9000. */
export class MeshWorld implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly network: Network = createNetwork({ clock: this.clock, random: seededRandom(3) });
  readonly mesh = new MeshState({ accessLogFile: '/dev/stdout' });
  readonly #identities: PodIdentity[] = [];
  readonly #running: RunningContainer[] = [];
  readonly #proxies: {
    readonly node: ProxyNode;
    readonly push: (config: ProxyConfig) => void;
    config: ProxyConfig;
  }[] = [];
  readonly #pods: MeshPod[] = [];
  readonly #read = new Map<string, readonly KubeObject[]>();
  /** kube-proxy and DNS, by the resource they follow. */
  readonly #followers = new Map<string, (event: WatchEvent) => void>();

  constructor() {
    const watch = (({ resource }: ResourceName, listener: (event: WatchEvent) => void) => {
      this.#followers.set(resource, listener);
      return () => undefined;
    }) as Cluster['watch'];
    watchNetwork({ watch }, this.network);
  }

  /** A pod behind the service of its name, whose app answers HTTP on 3000 and echoes on 9000. */
  async pod(name: string, options: PodOptions = {}): Promise<MeshPod> {
    const { namespace = 'shop', proxy = 'sidecar' } = options;
    const labels = {
      app: name,
      ...(proxy === 'sidecar' && { 'security.istio.io/tlsMode': 'istio' }),
      ...options.labels,
    };
    const network = this.network.attach({ namespace, name, serviceAccount: name });
    const identity: PodIdentity = {
      name: `${name}-1`,
      namespace,
      uid: `${namespace}/${name}`,
      ip: network.ip,
      nodeName: 'node',
      serviceAccount: name,
      labels,
      annotations: options.annotations ?? {},
    };
    const pod: MeshPod = { name, namespace, network, logs: [], seen: [], paths: [] };
    this.#pods.push(pod);
    if (proxy !== 'router') serve(pod, options.app);
    this.apply(workload(identity, this.#pods.length, proxy));
    if (proxy !== 'none') await this.#startProxy(identity, proxy, pod);
    return pod;
  }

  /** Applies YAML, or with `gone` deletes what it names; the proxies have their config when this returns. */
  apply(text: string, gone = false): void {
    for (const full of this.#objects(text)) {
      this.mesh.apply({ type: gone ? 'DELETED' : 'MODIFIED', object: full });
      this.#followers.get(`${full.kind.toLowerCase()}s`)?.({
        type: gone ? 'DELETED' : 'ADDED',
        object: full,
      });
    }
    this.#push();
  }

  /** What is applied is often deleted again: it is read once. */
  #objects(text: string): readonly KubeObject[] {
    return entryOf(this.#read, text, () =>
      parseAllDocuments(text).flatMap((document) => {
        const object = document.toJS() as KubeObject | null;
        if (object === null) return [];
        const { metadata } = object;
        return completed({ ...object, metadata: { ...metadata, namespace: metadata.namespace ?? 'shop' } });
      }),
    );
  }

  /** Other settings of the mesh. */
  configure(mesh: Partial<MeshConfig>): void {
    this.mesh.configure(mesh);
    this.#push();
  }

  #push(): void {
    const snapshot = this.mesh.snapshot();
    for (const proxy of this.#proxies) {
      const config = generate(snapshot, proxy.node);
      if (config !== proxy.config) proxy.push(config);
      proxy.config = config;
    }
  }

  /** One request from a pod's app to port 80 of the service with the other pod's name. */
  async ask(
    from: MeshPod,
    to: MeshPod,
    { path = '/', method = 'GET', headers, body: sent, to: at }: Ask = {},
  ): Promise<Answer> {
    const socket = await from.network.connect(at ?? { ip: this.addressOf(to), port: 80 });
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          createConnection: () => socket,
          path,
          method,
          headers: { host: `${to.name}.${to.namespace}`, connection: 'close', ...headers },
        },
        (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => (body += chunk.toString()));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          );
        },
      );
      asked.on('error', reject);
      asked.end(sent);
    });
  }

  addressOf(pod: MeshPod): string {
    return `10.96.0.${this.#pods.indexOf(pod) + 1}`;
  }

  /** Kills every pod; throws when something was left behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const running of this.#running) running.kill();
    for (const running of this.#running) await running.exited;
    for (const { network } of this.#pods) network.detach();
    if (this.clock.pending > 0) throw new Error(`${this.clock.pending} timers were left`);
    for (let turn = 0; turn < 10 && this.network.openEnds > 0; turn += 1) await settled();
    if (this.network.openEnds > 0) throw new Error(`${this.network.openEnds} ends of connections were left`);
  }

  async #startProxy(identity: PodIdentity, type: ProxyNode['type'], pod: MeshPod): Promise<void> {
    const { name, namespace, labels, serviceAccount, ip } = identity;
    const node: ProxyNode = { type, name, namespace, ip, labels, serviceAccount, ports: [] };
    this.#identities.push(identity);
    const program = proxyProgram({
      nodeOf: () => node,
      subscribe: (_, push) => {
        const config = generate(this.mesh.snapshot(), node);
        this.#proxies.push({ node, push, config });
        push(config);
        return () => undefined;
      },
      peerOf: (peerIp) => {
        const peer = this.#identities.find((known) => known.ip === peerIp);
        return peer && workloadOfPod(peer);
      },
      bootstrap: bootstrapClusters,
      certificates: async () => Promise.resolve([]),
      configDump: async ({ config: current }) => Promise.resolve({ configs: [current] }),
      appProbe: () => Promise.resolve(200),
    });
    const running = await program({
      pod: identity,
      container: 'istio-proxy',
      image: 'docker.io/istio/proxyv2:1.25.1',
      command: [],
      args: [],
      env: {},
      network: pod.network,
      clock: this.clock,
      random: seededRandom(5),
      log: (line) => pod.logs.push(line),
    });
    this.#running.push(running);
  }
}

function serve({ network, seen, paths }: MeshPod, app: RequestListener = hello): void {
  const server = createServer((got, response) => {
    seen.push(got.headers);
    paths.push(got.url ?? '');
    app(got, response);
  });
  network.listen(3000, (socket) => server.emit('connection', socket));
  network.listen(9000, (socket) => void socket.pipe(socket));
}

const hello: RequestListener = (_, response) => void response.end('hello');

const workload = (
  { name, namespace, labels, ip, serviceAccount }: PodIdentity,
  number: number,
  proxy: string,
): string => `
apiVersion: v1
kind: Service
metadata: { name: ${labels['app'] ?? name}, namespace: ${namespace} }
spec:
  clusterIP: 10.96.0.${number}
  selector: { app: ${labels['app'] ?? name} }
  ports:
    - { name: http, port: 80, targetPort: ${proxy === 'router' ? 8080 : 3000} }
    - { name: tcp, port: 9000 }
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, labels: ${JSON.stringify(labels)} }
spec: { serviceAccountName: ${serviceAccount} }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}, namespace: ${namespace}, labels: { kubernetes.io/service-name: ${labels['app'] ?? name} } }
ports: [{ name: http, port: ${proxy === 'router' ? 8080 : 3000} }, { name: tcp, port: 9000 }]
endpoints: [{ addresses: [${ip}], targetRef: { kind: Pod, name: ${name} } }]
`;
