// istiod's debug pages, which istioctl asks for over HTTP and over xDS alike. Those of its caches and registries are not here.

import { configDump, type ConfigDump } from '../mesh/config-dump.ts';
import type { ConnectedProxy } from '../mesh/discovery.ts';
import type { AnyObject } from '../kube/object.ts';
import { proxyId } from './identity.ts';
import { syncz } from './syncz.ts';

export interface DebugSources {
  readonly proxies: () => readonly ConnectedProxy[];
  /** Istio's resources, as the API has them. */
  readonly configs: () => readonly AnyObject[];
}

export interface DebugAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export const plain = 'text/plain; charset=utf-8';

/** `path`: without `/debug/`, with its query: `config_dump?proxyID=web-1.shop`. */
export function answerDebug(path: string, sources: DebugSources): DebugAnswer {
  const [name = '', query = ''] = path.split('?', 2);
  const page = pages[name];
  return page === undefined ? notFound : page(new URLSearchParams(query), sources);
}

export const notFound: DebugAnswer = { status: 404, type: plain, body: '404 page not found\n' };

/** What a proxy was sent, in the form of Envoy's own dump: without what it has of itself. */
export function sentDump(
  { config, node }: Pick<ConnectedProxy, 'config' | 'node'>,
  includeEds = false,
): ConfigDump {
  if (config === undefined) return { configs: [] };
  const { configs } = configDump(config, { bootstrap: {}, node, includeEds });
  const isSent = ([field]: readonly [string, unknown]): boolean => !field.startsWith('static_');
  return {
    configs: configs.map(({ '@type': type, ...dump }) => ({
      '@type': type,
      ...Object.fromEntries(Object.entries(dump).filter(isSent)),
    })),
  };
}

type Page = (query: URLSearchParams, sources: DebugSources) => DebugAnswer;

const pages: Readonly<Record<string, Page>> = {
  config_dump: (query, sources) =>
    ofProxy(query, sources, (proxy) => sentDump(proxy, query.has('include_eds'))),
  configz: (_, { configs }) =>
    json(
      configs().map(({ apiVersion, kind, metadata, spec = {} }) => ({ kind, apiVersion, metadata, spec })),
    ),
  connections: (_, { proxies }) => {
    const connectedClients = proxies().map((proxy) => ({
      connectionId: proxyId(proxy),
      address: proxy.node.ip,
    }));
    return json({ totalClients: connectedClients.length, clients: connectedClients });
  },
  list: () => json(Object.keys(pages).filter((name) => name !== 'list')),
  syncz: (query, { proxies }) => {
    const namespace = query.get('namespace');
    return json(syncz(proxies().filter(({ node }) => namespace === null || node.namespace === namespace)));
  },
};

function ofProxy(
  query: URLSearchParams,
  { proxies }: DebugSources,
  show: (proxy: ConnectedProxy) => object,
): DebugAnswer {
  const id = query.get('proxyID') ?? '';
  if (id === '')
    return { status: 400, type: plain, body: 'You must provide a proxyID in the query string\n' };
  // Istio takes the beginning of a name too.
  const proxy = proxies().find((each) => proxyId(each).startsWith(id));
  return proxy === undefined
    ? {
        status: 404,
        type: plain,
        body: 'Proxy not connected to this Pilot instance. It may be connected to another instance.\n',
      }
    : json(show(proxy));
}

const json = (body: unknown): DebugAnswer => ({
  status: 200,
  type: 'application/json',
  body: JSON.stringify(body),
});
