// The kubelet can't speak mutual TLS: probes of the app go to the agent at 15020, which repeats them inside the pod.

import type { Container, Probe } from 'kubernetes-types/core/v1.js';

const agentPort = 15_020;

const probes = [
  ['livenessProbe', 'livez'],
  ['readinessProbe', 'readyz'],
  ['startupProbe', 'startupz'],
] as const;

/** What the agent does when it is asked for a path: the environment variable ISTIO_KUBE_APP_PROBERS. */
export type AppProbers = Record<string, Pick<Probe, 'httpGet' | 'tcpSocket' | 'grpc' | 'timeoutSeconds'>>;

/** Rewrites the network probes of the containers in place and returns what they were. `exec` probes stay. */
export function rewriteAppProbes(containers: readonly Container[]): AppProbers {
  const probers: AppProbers = {};
  for (const container of containers) {
    for (const [field, name] of probes) {
      const probe = container[field];
      if (probe === undefined || !asksTheNetwork(probe)) continue;
      const path = `/app-health/${container.name}/${name}`;
      probers[path] = proberOf(probe, container);
      container[field] = rewritten(probe, path);
    }
  }
  return probers;
}

const asksTheNetwork = ({ httpGet, tcpSocket, grpc }: Probe): boolean =>
  httpGet !== undefined || tcpSocket !== undefined || grpc !== undefined;

function rewritten(probe: Probe, path: string): Probe {
  const { httpGet: _http, tcpSocket: _tcp, grpc: _grpc, ...timing } = probe;
  return { ...timing, httpGet: { path, port: agentPort, scheme: 'HTTP' } };
}

function proberOf(
  { httpGet, tcpSocket, grpc, timeoutSeconds }: Probe,
  container: Container,
): AppProbers[string] {
  const timeout = timeoutSeconds === undefined ? {} : { timeoutSeconds };
  if (httpGet !== undefined) {
    return { httpGet: { ...httpGet, port: portNumber(httpGet.port, container) }, ...timeout };
  }
  if (tcpSocket !== undefined) {
    return { tcpSocket: { ...tcpSocket, port: portNumber(tcpSocket.port, container) }, ...timeout };
  }
  return grpc === undefined ? timeout : { grpc, ...timeout };
}

function portNumber(port: number | string, { ports = [] }: Container): number | string {
  if (typeof port === 'number') return port;
  return ports.find(({ name }) => name === port)?.containerPort ?? port;
}
