// What a proxy's container answers over HTTP beside the traffic: Envoy's admin interface and the agent's ports.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { BootstrapCluster } from '../../envoy/config.ts';
import { certificatesPage, type ProxyCertificate } from './certificates.ts';
import type { LogLevels } from './logging.ts';
import type { Proxy } from '../proxy.ts';
import type { IncludesStat } from './stats-inclusion.ts';
import { clusterStatuses, envoyStats, prometheusStats } from './stats.ts';

/** An HTTP probe of the application, made by the agent in the kubelet's place. */
export type AppProbe = (container: string, probe: 'livez' | 'readyz' | 'startupz') => Promise<number>;

export interface AdminOptions {
  readonly proxy: Proxy;
  readonly version: string;
  /** The first configuration is in force. */
  readonly ready: () => boolean;
  /** The answer to `/config_dump`, with its query. */
  readonly configDump: (query: URLSearchParams) => Promise<unknown>;
  /** Its own, and those that it trusts. */
  readonly certificates: () => Promise<readonly ProxyCertificate[]>;
  readonly now: () => number;
  readonly logLevels: LogLevels;
  readonly appProbe: AppProbe;
  /** What it started with, beside the clusters it was given. */
  readonly bootstrap: readonly BootstrapCluster[];
  readonly includesStat: IncludesStat;
}

/** Handlers by the port they belong to. */
export function adminHandlers(options: AdminOptions): ReadonlyMap<number, RequestListener> {
  const metrics: Route = { path: /^\/stats\/prometheus$/, answer: () => prometheus(options) };
  const ready: Route = { path: /^\/healthz\/ready$/, answer: () => text(options.ready() ? 200 : 503, '') };
  return new Map([
    [15_000, handler([metrics, ...adminRoutes(options)])],
    [15_020, handler([metrics, ready, appHealth(options)])],
    [15_021, handler([ready])],
    [15_090, handler([metrics])],
  ]);
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

interface Route {
  readonly path: RegExp;
  readonly answer: (url: URL, match: RegExpExecArray, method: string) => Answer | Promise<Answer>;
}

function adminRoutes(options: AdminOptions): readonly Route[] {
  const { proxy, version, ready, configDump, includesStat, bootstrap, certificates, logLevels } = options;
  return [
    { path: /^\/ready$/, answer: () => (ready() ? text(200, 'LIVE\n') : text(503, 'PRE_INITIALIZING\n')) },
    { path: /^\/config_dump$/, answer: async ({ searchParams }) => json(await configDump(searchParams)) },
    {
      path: /^\/clusters$/,
      answer: ({ searchParams }) =>
        searchParams.get('format') === 'json'
          ? json(clusterStatuses(proxy, bootstrap))
          : text(200, clusterLines(proxy, bootstrap)),
    },
    {
      path: /^\/stats$/,
      answer: ({ searchParams }) => filteredStats(proxy, includesStat, searchParams.get('filter')),
    },
    { path: /^\/certs$/, answer: async () => json(certificatesPage(await certificates(), options.now())) },
    { path: /^\/listeners$/, answer: () => text(200, listenerLines(proxy)) },
    {
      path: /^\/logging$/,
      answer: ({ searchParams }, _, method) => {
        const { status, body } = logLevels.answer(method, searchParams);
        return text(status, body);
      },
    },
    { path: /^\/memory$/, answer: () => json(memory()) },
    // Nothing of it can be changed here.
    { path: /^\/runtime$/, answer: () => json({ entries: {}, layers: [] }) },
    {
      path: /^\/server_info$/,
      answer: () =>
        json({ version: `${version}/Clean/RELEASE`, state: ready() ? 'LIVE' : 'PRE_INITIALIZING' }),
    },
  ];
}

function filteredStats(proxy: Proxy, includes: IncludesStat, filter: string | null): Answer {
  try {
    return text(200, envoyStats(proxy, includes, filter === null ? undefined : new RegExp(filter)));
  } catch {
    return text(400, 'Invalid regex\n');
  }
}

function listenerLines({ config }: Proxy): string {
  const lines = (config?.listeners ?? []).map(({ name, address: { socket_address: at } }) => {
    return `${name}::${at.address}:${at.port_value}\n`;
  });
  return lines.join('');
}

/** Of the process that all proxies of the sandbox share. */
function memory(): object {
  const { heapUsed, heapTotal, rss } = process.memoryUsage();
  return { allocated: String(heapUsed), heap_size: String(heapTotal), total_physical_bytes: String(rss) };
}

function clusterLines(proxy: Proxy, bootstrap: readonly BootstrapCluster[]): string {
  const lines = bootstrap.map(({ address, config: { name } }) => {
    const host = 'pipe' in address ? address.pipe.path : Object.values(address.socket_address).join(':');
    return `${name}::${host}::rq_total::0\n${name}::${host}::health_flags::healthy\n`;
  });
  for (const { name, hosts } of proxy.clusters.all) {
    for (const host of hosts) {
      const health = host.healthy ? 'healthy' : '/failed_outlier_check';
      lines.push(
        `${name}::${host.name}::rq_total::${host.requests}\n${name}::${host.name}::health_flags::${health}\n`,
      );
    }
  }
  return lines.join('');
}

function appHealth({ appProbe }: AdminOptions): Route {
  return {
    path: /^\/app-health\/([^/]+)\/(livez|readyz|startupz)$/,
    answer: async (_, [, container = '', probe = '']) =>
      text(await appProbe(container, probe as Parameters<AppProbe>[1]), ''),
  };
}

function prometheus({ proxy, version }: AdminOptions): Answer {
  return {
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
    body: prometheusStats(proxy, version),
  };
}

function text(status: number, body: string): Answer {
  return { status, type: 'text/plain; charset=UTF-8', body };
}

function json(body: unknown): Answer {
  return { status: 200, type: 'application/json', body: `${JSON.stringify(body, undefined, 1)}\n` };
}

function handler(routes: readonly Route[]): RequestListener {
  return (request, response) => {
    request.resume();
    respond(routes, request, response).catch(() => response.destroy());
  };
}

async function respond(
  routes: readonly Route[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  for (const { path, answer } of routes) {
    const match = path.exec(url.pathname);
    if (match === null) continue;
    const { status, type, body } = await answer(url, match, request.method ?? '');
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
    response.end(body);
    return;
  }
  response.writeHead(404, { 'content-length': 0 });
  response.end();
}
