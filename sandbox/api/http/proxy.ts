// `pods/<name>/proxy/…` and `services/<name>/proxy/…`: the API server as a way to a pod's HTTP port, which is how
// `kubectl proxy` and `kubectl get --raw` reach it (pkg/registry/core/{pod,service}/…/proxy.go).
//
// Not there: https ports, upgrades, links rewritten in HTML pages.

import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { endpoints, pods, services, type Pod, type Service } from '../../kube/resources.ts';
import { StatusError } from '../../kube/status-error.ts';
import { badRequest, notFound } from '../registry/refusals.ts';
import type { ApiContext, ApiRequest } from './request.ts';

interface PodPort {
  readonly pod: Pod;
  readonly port: number;
}

const proxyPath = /^\/api\/v1\/namespaces\/([^/]+)\/(pods|services)\/([^/]+)\/proxy(\/.*)?$/u;

/** Answers a request through the proxy; false for any other path. @throws StatusError */
export async function proxy(context: ApiContext, request: ApiRequest): Promise<boolean> {
  const [, namespace = '', resource, named = '', rest] = proxyPath.exec(request.path) ?? [];
  if (resource === undefined) return false;
  if (rest === undefined) {
    request.response.writeHead(301, { location: `${request.path}/` }).end();
    return true;
  }
  const { name, asked } = addressOf(named);
  const target =
    resource === 'pods'
      ? podPort(context, namespace, name, asked)
      : servicePort(context, namespace, name, asked);
  await forward(context, request, rest, target);
  return true;
}

/** `name`, `name:port`, or `scheme:name:port` with an empty port for the only one; a colon may come encoded. */
function addressOf(encoded: string): { readonly name: string; readonly asked: string } {
  const text = encoded.replaceAll(/%3a/giu, ':');
  const parts = text.split(':');
  const [scheme, name = '', asked = ''] = parts.length === 3 ? parts : ['http', ...parts];
  if (parts.length <= 3 && (scheme === 'http' || scheme === '')) return { name, asked };
  throw badRequest(`invalid proxy address ${JSON.stringify(text)}: the sandbox reaches http ports only`);
}

function podPort({ registry }: ApiContext, namespace: string, name: string, asked: string): PodPort {
  const pod = registry.get(pods, namespace, name);
  if (pod === undefined) throw notFound(pods, name);
  const [first] = (pod.spec?.containers ?? []).flatMap(({ ports = [] }) => ports);
  const port = asked === '' ? (first?.containerPort ?? 80) : Number(asked);
  if (!(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
    throw badRequest(`invalid port ${JSON.stringify(asked)} of pod ${JSON.stringify(name)}`);
  }
  return { pod, port };
}

function servicePort({ registry }: ApiContext, namespace: string, name: string, asked: string): PodPort {
  const service = registry.get(services, namespace, name);
  if (service === undefined) throw notFound(services, name);
  const portName = portNameOf(service, asked);
  for (const { addresses = [], ports = [] } of registry.get(endpoints, namespace, name)?.subsets ?? []) {
    const port = ports.find((each) => (each.name ?? '') === portName)?.port;
    const pod = addresses
      .map(({ targetRef }) => registry.get(pods, namespace, targetRef?.name ?? ''))
      .find((each) => each !== undefined);
    if (port !== undefined && pod !== undefined) return { pod, port };
  }
  throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`);
}

function portNameOf({ metadata, spec }: Service, asked: string): string {
  const ports = spec?.ports ?? [];
  const found =
    asked === '' && ports.length === 1
      ? ports[0]
      : ports.find(({ name, port }) => (name ?? '') === asked || String(port) === asked);
  if (found !== undefined) return found.name ?? '';
  throw unavailable(
    `no service port ${JSON.stringify(asked)} found for service ${JSON.stringify(metadata.name)}`,
  );
}

const unavailable = (message: string): StatusError => new StatusError('ServiceUnavailable', message);

async function forward(
  { runtime }: ApiContext,
  { message, response }: ApiRequest,
  path: string,
  { pod, port }: PodPort,
): Promise<void> {
  const address = `${pod.status?.podIP ?? ''}:${port}`;
  const unreachable = (error: unknown): StatusError => {
    const { cause = error } = error as { cause?: unknown };
    const why = (cause as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? 'connection refused' : 'no answer';
    return unavailable(`error trying to reach service: dial tcp ${address}: connect: ${why}`);
  };
  const socket = await runtime.connect(pod, port).catch((error: unknown) => {
    throw unreachable(error);
  });
  response.once('close', () => socket.destroy());
  const answer = await ask(message, socket, path, address).catch((error: unknown) => {
    throw unreachable(error);
  });
  response.writeHead(answer.statusCode ?? 502, withoutHopByHop(answer.headers));
  // Whoever leaves in the middle of the answer ends it.
  await pipeline(answer, response).catch(() => undefined);
}

function ask(message: IncomingMessage, socket: Duplex, path: string, host: string): Promise<IncomingMessage> {
  const query = /\?.*$/u.exec(message.url ?? '')?.[0] ?? '';
  // The credential is for the API, and nobody else.
  const { authorization: _credential, ...headers } = withoutHopByHop(message.headers);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      method: message.method ?? 'GET',
      path: `${path}${query}`,
      headers: { ...headers, host },
      createConnection: () => socket,
    });
    outgoing.on('response', resolve);
    outgoing.on('error', reject);
    message.pipe(outgoing);
  });
}

function withoutHopByHop(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const {
    connection: _connection,
    'keep-alive': _keepAlive,
    'transfer-encoding': _encoding,
    ...rest
  } = headers;
  return rest;
}
