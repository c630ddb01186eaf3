// One answer to one probe, with a kubelet's own words for what went wrong.

import { request, type IncomingMessage } from 'node:http';
import type { Container, HTTPGetAction, Probe } from 'kubernetes-types/core/v1.js';
import type { PodNetwork } from '../../network/network.ts';
import { PodAgent } from '../../network/pod-agent.ts';

export interface ProbeTarget {
  readonly podIp: string;
  /** The node's network: probes come from outside of the pod. */
  readonly node: PodNetwork;
  /** Runs a command in the container: its exit code and everything it printed. */
  exec(container: Container, command: readonly string[], signal: AbortSignal): Promise<ExecResult>;
}

export interface ExecResult {
  readonly code: number;
  readonly output: string;
}

/** Undefined for success. */
export async function checkProbe(
  target: ProbeTarget,
  container: Container,
  probe: Probe,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { httpGet, tcpSocket, exec, grpc } = probe;
  if (httpGet !== undefined) return checkHttp(target, container, httpGet, signal);
  if (tcpSocket !== undefined) {
    const address = { ip: tcpSocket.host ?? target.podIp, port: portOf(container, tcpSocket.port) };
    try {
      (await target.node.connect(address)).destroy();
      return undefined;
    } catch (error) {
      return goDialError(address, error);
    }
  }
  if (exec !== undefined) {
    const { code, output } = await target.exec(container, exec.command ?? [], signal);
    return code === 0 ? undefined : output;
  }
  if (grpc !== undefined) return 'the sandbox has no gRPC probes; a cluster started with --engine kind has';
  return 'missing probe handler';
}

async function checkHttp(
  { podIp, node }: ProbeTarget,
  container: Container,
  { host = podIp, port, path = '/', scheme = 'HTTP', httpHeaders = [] }: HTTPGetAction,
  signal: AbortSignal,
): Promise<string | undefined> {
  const address = { ip: host, port: portOf(container, port) };
  const url = `${scheme.toLowerCase()}://${host}:${address.port}${path.startsWith('/') ? '' : '/'}${path}`;
  if (scheme === 'HTTPS') return `Get "${url}": the sandbox has no TLS probes`;
  const agent = new PodAgent({ network: node });
  try {
    const response = await get(url, agent, httpHeaders, signal);
    const status = response.statusCode ?? 0;
    response.destroy();
    return status >= 200 && status < 400 ? undefined : `HTTP probe failed with statuscode: ${status}`;
  } catch (error) {
    if (signal.aborted) {
      return `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
    }
    return `Get "${url}": ${goDialError(address, error)}`;
  } finally {
    agent.destroy();
  }
}

function get(
  url: string,
  agent: PodAgent,
  headers: readonly { readonly name: string; readonly value: string }[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      agent,
      signal,
      headers: {
        'User-Agent': 'kube-probe/1.32',
        Accept: '*/*',
        Connection: 'close',
        ...Object.fromEntries(headers.map(({ name, value }) => [name, value])),
      },
    });
    asked.once('response', resolve);
    asked.once('error', reject);
    asked.end();
  });
}

/** A number, or the name of one of the container's ports. */
function portOf(container: Container, port: number | string): number {
  if (typeof port === 'number') return port;
  return container.ports?.find(({ name }) => name === port)?.containerPort ?? Number(port);
}

function goDialError({ ip, port }: { readonly ip: string; readonly port: number }, error: unknown): string {
  const dial = `dial tcp ${ip}:${port}`;
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ECONNREFUSED':
      return `${dial}: connect: connection refused`;
    case 'EHOSTUNREACH':
      return `${dial}: connect: no route to host`;
    case 'ENOTFOUND':
      return `dial tcp: lookup ${ip}: no such host`;
    case 'ECONNRESET':
      return (error as Error).message === 'socket hang up'
        ? 'EOF'
        : `read tcp ${ip}:${port}: read: connection reset by peer`;
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
