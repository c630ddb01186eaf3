// The embedded cluster and mesh in one object: it starts the parts in order, and stops them in reverse.

import { credentials } from './api/tls/certificates.ts';
import { kubeconfig } from './api/tls/kubeconfig.ts';
import type { AdmissionPlugin } from './api/extension.ts';
import { Registry } from './api/registry/registry.ts';
import { startApiServer } from './api/server.ts';
import { createStore } from './api/store/store.ts';
import type { Clock, Random } from './clock/clock.ts';
import { ensureCluster } from './controllers/bootstrap.ts';
import { nodeName } from './controllers/node.ts';
import { serviceAccountAdmission } from './controllers/service-account-admission.ts';
import { serviceAdmission } from './controllers/services/admission.ts';
import { startControllers } from './controllers/start.ts';
import { unexecutedWarnings } from './controllers/unexecuted-warnings.ts';
import { gatewayApiAdmission } from './gateway-api/admission.ts';
import { startGatewayApi } from './gateway-api/controller.ts';
import { istioProxyImage } from './images/istio-proxy.ts';
import { sandboxImages } from './images/store.ts';
import { injectionAdmission } from './injection/admission.ts';
import { unexecutedMarks } from './injection/unexecuted-marks.ts';
import { ensureInstalled } from './install/ensure-installed.ts';
import { istioAdmission } from './istio-api/admission.ts';
import { ensureCrds } from './istio-api/crds.ts';
import { listIstioConfigs } from './istio-api/list-configs.ts';
import { istiodProgram } from './istiod/program.ts';
import { WorkloadCertificates } from './istiod/workload-certificates.ts';
import type { Cluster } from './kube/cluster.ts';
import { pods, type Pod } from './kube/resources.ts';
import { startKubelet } from './kubelet/kubelet.ts';
import { startDiscovery } from './mesh/discovery.ts';
import { createNetwork } from './network/create-network.ts';
import { openNodePorts } from './network/node-ports.ts';
import { watchNetwork } from './network/watch-network.ts';
import { builtinTypes } from './schema/builtin.ts';
import { celWarnings } from './schema/cel-warnings.ts';
import { schemaLibrary } from './schema/library.ts';

export interface SandboxOptions {
  /** Where objects and certificates are kept; without it they last as long as the process. */
  readonly dir: string | undefined;
  /** Host port of node port 30000; the next five follow. 0: any free ones. */
  readonly portBase: number;
  /** Port of the API on 127.0.0.1. 0: any free one. */
  readonly apiPort: number;
  readonly clock: Clock;
  readonly random: Random;
  /** One line of the sandbox's own log. */
  readonly log: (line: string) => void;
}

export interface Sandbox {
  /** YAML that reaches the API; it holds the credential. */
  readonly kubeconfig: string;
  readonly apiPort: number;
  /** Host ports of the node ports 30000 … 30005. */
  readonly ports: readonly number[];
  readonly cluster: Cluster;
  /** Resolves when istio-system is available. */
  ready(): Promise<void>;
  /** Safe to repeat. Objects stay on disk. */
  close(): Promise<void>;
}

/** @throws Node's errors for a port in use or a folder that cannot be written; nothing is left running then */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const undo: (() => Promise<void> | void)[] = [];
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= unwind(undo));
  try {
    return { ...(await start(options, undo)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function unwind(undo: readonly (() => Promise<void> | void)[]): Promise<void> {
  for (const step of undo.toReversed()) await step();
}

async function start(
  { dir, portBase, apiPort, clock, random, log }: SandboxOptions,
  undo: (() => Promise<void> | void)[],
): Promise<Omit<Sandbox, 'close'>> {
  // Kubernetes' times have whole seconds.
  const startedAt = Math.floor(clock.now() / 1000) * 1000;
  const secrets = credentials(dir, clock);
  const network = createNetwork({ clock, random });
  const nodePorts = await openNodePorts({ network, basePort: portBase });
  undo.push(() => nodePorts.close());

  const plugins: AdmissionPlugin[] = [];
  const store = createStore({ dir, log });
  undo.push(() => store.close());
  const cluster = new Registry({
    store,
    types: builtinTypes(),
    plugins,
    schemas: schemaLibrary,
    clock,
    random,
  });
  undo.push(() => cluster.close());
  plugins.push(
    serviceAccountAdmission(cluster, random),
    injectionAdmission(cluster),
    serviceAdmission(cluster),
    istioAdmission(),
    gatewayApiAdmission(),
    unexecutedWarnings(),
    unexecutedMarks(),
    celWarnings(),
  );

  const authority = await secrets;
  const { caPem } = authority;
  ensureCluster(cluster, clock);
  ensureCrds(cluster);
  ensureInstalled(cluster);

  undo.push(watchNetwork(cluster, network));
  const certificates = { kubernetes: caPem, istio: caPem };
  const controllers = startControllers({ cluster, clock, random, log, certificates });
  undo.push(() => controllers.close());
  const discovery = startDiscovery({ cluster, clock, log });
  undo.push(() => discovery.close());
  undo.push(startGatewayApi({ cluster, clock, log }));
  const istioProxy = istioProxyImage({
    cluster,
    network,
    discovery,
    certificates: new WorkloadCertificates(authority, clock),
    clock,
  });
  undo.push(() => istioProxy.close());
  const kubelet = startKubelet({
    cluster,
    network,
    images: sandboxImages({
      istiod: istiodProgram({
        proxies: () => discovery.proxies(),
        configs: () => listIstioConfigs(cluster),
        credentials: authority,
      }),
      proxy: istioProxy.program,
    }),
    clock,
    random,
    log,
    recordEvent: controllers.recordEvent,
    nodeName,
    credentials: { ca: caPem, token: ({ metadata }) => `sandbox-${metadata.uid}` },
  });
  undo.push(() => kubelet.close());

  const api = await startApiServer({
    port: apiPort,
    registry: cluster,
    schemas: schemaLibrary,
    runtime: kubelet,
    credentials: authority,
    log,
  });
  undo.push(() => api.close());
  return {
    kubeconfig: kubeconfig(api.access, { name: 'mesh-workshop' }),
    apiPort: api.port,
    ports: nodePorts.ports,
    cluster,
    ready: () => podsReady(cluster, 'istio-system', startedAt),
  };
}

/** Resolves when the namespace has pods, and all of them were made ready since `startedAt`. */
function podsReady(cluster: Cluster, namespace: string, startedAt: number): Promise<void> {
  return new Promise((resolve) => {
    let stop: (() => void) | undefined;
    let done = false;
    const look = (): void => {
      const all = cluster.list(pods, namespace);
      if (done || all.length === 0 || !all.every((pod) => isReadySince(pod, startedAt))) return;
      done = true;
      stop?.();
      resolve();
    };
    stop = cluster.watch(pods, look);
    if (done) stop();
  });
}

/** A status that was stored before a restart says nothing: its containers have to run again. */
const isReadySince = ({ status }: Pod, startedAt: number): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true &&
  (status.containerStatuses ?? []).every(
    ({ state }) => Date.parse(state?.running?.startedAt ?? '') >= startedAt,
  );
