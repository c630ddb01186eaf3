// What istiod answers to GET /debug/syncz (its SyncStatus): for each proxy what it was sent, and what it has taken.

import { istioVersion } from '../install/istio-labels.ts';
import type { ConnectedProxy } from '../mesh/discovery.ts';
import { clusterId, proxyId } from './identity.ts';

export const syncz = (proxies: readonly ConnectedProxy[]): readonly object[] =>
  proxies
    .toSorted((a, b) => proxyId(a).localeCompare(proxyId(b)))
    .map((proxy) => ({
      cluster_id: clusterId,
      proxy: proxyId(proxy),
      proxy_type: proxy.node.type,
      istio_version: istioVersion,
      ...fieldsOf(proxy),
      resources: Object.fromEntries(
        proxy.types.map(({ typeUrl, sent, acked, sentAt, error }) => [
          typeUrl,
          {
            sent,
            ...(acked === '' ? {} : { acked }),
            sentTime: new Date(sentAt).toISOString(),
            ...(error === '' ? {} : { lastError: error }),
          },
        ]),
      ),
    }));

/** The same again, as it was written before there were other types. */
const fieldsOf = ({ types }: ConnectedProxy): object =>
  Object.fromEntries(
    types.flatMap(({ typeUrl, sent, acked }) => {
      const field = oldFields[typeUrl.split('.').at(-1) ?? ''];
      if (field === undefined) return [];
      return [[`${field}_sent`, sent], ...(acked === '' ? [] : [[`${field}_acked`, acked]])];
    }),
  );

const oldFields: Readonly<Record<string, string>> = {
  Cluster: 'cluster',
  Listener: 'listener',
  RouteConfiguration: 'route',
  ClusterLoadAssignment: 'endpoint',
};
