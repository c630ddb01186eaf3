// The image proxyv2 in this cluster: a proxy that knows its pod, its peers, and the probes of its app.

import type { Container } from 'kubernetes-types/core/v1.js';
import type { Clock } from '../clock/clock.ts';
import type { AppProbers } from '../injection/app-probes.ts';
import type { Cluster } from '../kube/cluster.ts';
import { pods, type Pod } from '../kube/resources.ts';
import { checkProbe } from '../kubelet/probes/check-probe.ts';
import type { ContainerContext, ContainerProgram, PodIdentity } from '../kubelet/program.ts';
import type { WorkloadCertificates } from '../istiod/workload-certificates.ts';
import { bootstrapOf } from '../mesh/bootstrap.ts';
import { bootstrapClusters } from '../mesh/cluster/bootstrap-clusters.ts';
import { configDump, type DumpOptions } from '../mesh/config-dump.ts';
import type { Discovery } from '../mesh/discovery.ts';
import type { ProxyNode } from '../mesh/proxy-node.ts';
import type { Network } from '../network/create-network.ts';
import type { PodNetwork } from '../network/network.ts';
import { proxyProgram, type DumpRequest } from '../proxy/program.ts';
import type { Workload } from '../telemetry/workload.ts';
import { workloadOfPod } from '../telemetry/workload-of-pod.ts';

export interface IstioProxyImage {
  readonly program: ContainerProgram;
  /** Ends following the cluster. */
  close(): void;
}

export interface IstioProxyImageOptions {
  readonly cluster: Cluster;
  readonly network: Network;
  readonly discovery: Discovery;
  readonly certificates: WorkloadCertificates;
  readonly clock: Clock;
}

export function istioProxyImage({
  cluster,
  network,
  discovery,
  certificates,
  clock,
}: IstioProxyImageOptions): IstioProxyImage {
  const peers = new Map<string, Workload>();
  const unwatch = cluster.watch(pods, ({ type, object }) => followPeer(peers, object, type === 'DELETED'));
  const podOf = ({ namespace, name }: PodIdentity): Pod | undefined => cluster.get(pods, namespace, name);
  const proxy = proxyProgram({
    nodeOf: (context) => nodeOf(context, podOf(context.pod)),
    subscribe: (node, push) => discovery.subscribe(node, push),
    peerOf: (ip) => peers.get(ip),
    bootstrap: bootstrapClusters,
    certificates: async (node) => certificates.of(node),
    configDump: async (request) =>
      request.config === undefined
        ? { configs: [] }
        : configDump(request.config, await dumpOptions(request, certificates)),
    appProbe: async (pod, container, probe) =>
      appProbe(clock, network.pod(pod.ip), proberOf(podOf(pod), `/app-health/${container}/${probe}`)),
  });
  return {
    // istio-init runs the same image. The redirection it sets up in a cluster is made here when the proxy starts.
    program: async (context) => (context.args[0] === 'istio-iptables' ? done() : proxy(context)),
    close: unwatch,
  };
}

const done = (): Awaited<ReturnType<ContainerProgram>> => ({
  exited: Promise.resolve(0),
  stop: () => undefined,
  kill: () => undefined,
});

/** A pod without a proxy tells its peers nothing. */
function followPeer(peers: Map<string, Workload>, pod: Pod, isGone: boolean): void {
  const ip = pod.status?.podIP;
  if (ip === undefined || proxyContainer(pod) === undefined) return;
  const { name, namespace = '', labels = {} } = pod.metadata;
  if (isGone) peers.delete(ip);
  else {
    const serviceAccount = pod.spec?.serviceAccountName ?? 'default';
    peers.set(ip, workloadOfPod({ name, namespace, serviceAccount, labels }));
  }
}

/** Its container stands last, or first, or as a native sidecar among the init containers. */
const proxyContainer = ({ spec }: Pod): Container | undefined =>
  [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find(({ name }) => name === 'istio-proxy');

function nodeOf({ pod, args }: ContainerContext, object: Pod | undefined): ProxyNode {
  const { name, namespace, ip, labels, serviceAccount } = pod;
  const ports = (object?.spec?.containers ?? []).flatMap((container) => container.ports ?? []);
  return {
    type: args[1] === 'router' ? 'router' : 'sidecar',
    lowPorts: mayTakeLowPorts(object),
    name,
    namespace,
    ip,
    labels,
    serviceAccount,
    ports: ports.map(({ name: portName, containerPort }) => ({
      containerPort,
      ...(portName === undefined ? {} : { name: portName }),
    })),
  };
}

/** As the pods of managed gateways may. */
const mayTakeLowPorts = (pod: Pod | undefined): boolean =>
  pod?.spec?.securityContext?.sysctls?.some(
    ({ name, value }) => name === 'net.ipv4.ip_unprivileged_port_start' && value === '0',
  ) === true;

/** What makes work is made only for whoever asks for it. */
async function dumpOptions(
  { query, node, lastUpdated }: DumpRequest,
  certificates: WorkloadCertificates,
): Promise<DumpOptions> {
  const mask = query.get('mask');
  const shows = (field: string): boolean => mask === null || mask.includes(field);
  const { workload } = workloadOfPod(node);
  return {
    includeEds: query.has('include_eds'),
    node,
    lastUpdated,
    bootstrap: bootstrapOf({ node, workload }),
    certificates: shows('dynamic_active_secrets') ? await certificates.of(node) : [],
    ...(mask === null ? {} : { mask }),
  };
}

function proberOf(pod: Pod | undefined, path: string): AppProbers[string] | undefined {
  const proxy = pod === undefined ? undefined : proxyContainer(pod);
  const text = proxy?.env?.find(({ name }) => name === 'ISTIO_KUBE_APP_PROBERS')?.value;
  return text === undefined ? undefined : (JSON.parse(text) as AppProbers)[path];
}

const defaultTimeoutSeconds = 1;

/** What the agent answers at 15020: the app's own verdict, asked for inside the pod. */
async function appProbe(
  clock: Clock,
  inside: PodNetwork | undefined,
  prober: AppProbers[string] | undefined,
): Promise<number> {
  if (prober === undefined || inside === undefined) return 404;
  const { timeoutSeconds = defaultTimeoutSeconds } = prober;
  const late = new AbortController();
  const timer = clock.after(timeoutSeconds * 1000, () => late.abort());
  try {
    const target = {
      podIp: '127.0.0.1',
      node: inside,
      exec: async () => Promise.resolve({ code: 1, output: '' }),
    };
    return (await checkProbe(target, { name: '' }, prober, late.signal)) === undefined ? 200 : 500;
  } finally {
    timer.clear();
  }
}
