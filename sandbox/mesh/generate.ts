import { blackHole, passthrough } from './cluster/static-clusters.ts';
import { entryOf } from './model/multi-map.ts';
import { inbound } from './inbound/inbound.ts';
import { isDeepStrictEqual } from 'node:util';
import { OutboundScope } from './outbound/outbound-scope.ts';
import { RouterScope } from './router/router-scope.ts';
import { virtualOutbound } from './outbound/outbound-listeners.ts';
import type { MadeConfig } from './model/scopes.ts';
import type { MeshSnapshot } from './model.ts';
import type { Cluster, Listener, ProxyConfig } from '../envoy/config.ts';
import type { ProxyNode } from './proxy-node.ts';

/**
 * The config of one proxy, as istiod would push it. Depends on the snapshot and the node alone; for the same node, what
 * has not changed since the last snapshot (the whole, a list, a resource) is the same object.
 */
export function generate(snapshot: MeshSnapshot, proxy: ProxyNode): ProxyConfig {
  const old = snapshot.scopes.proxies.get(proxy);
  if (old?.revision === snapshot.revision) return old.config;
  const own = proxy.type === 'sidecar' ? ownPieces(snapshot, proxy, old) : undefined;
  const next = own === undefined ? routerConfig(snapshot, proxy) : sidecarConfig(snapshot, proxy, own);
  const config = old === undefined ? next : reused(old.config, next);
  snapshot.scopes.proxies.set(proxy, { revision: snapshot.revision, config, own });
  return config;
}

/** What no other proxy shares. */
export interface OwnPieces {
  readonly virtualOutbound: Listener;
  readonly virtualInbound: Listener;
  readonly clusters: readonly Cluster[];
}

function ownPieces(snapshot: MeshSnapshot, proxy: ProxyNode, old: MadeConfig | undefined): OwnPieces {
  const change = snapshot.changes.since(old?.revision ?? -1);
  if (old?.own !== undefined && !change.inbound && !change.everything) return old.own;
  const { listener, clusters } = inbound(snapshot, proxy);
  const made = { virtualOutbound: virtualOutbound(snapshot.mesh), virtualInbound: listener, clusters };
  return old?.own === undefined ? made : reusedOwn(old.own, made);
}

function sidecarConfig(snapshot: MeshSnapshot, proxy: ProxyNode, own: OwnPieces): ProxyConfig {
  const { listeners, routes, clusters, endpoints } = outboundScope(snapshot, proxy).lists(snapshot);
  // A headless service has a listener per endpoint, but a pod does not call itself through its proxy.
  const toOthers = listeners.filter(({ address }) => address.socket_address.address !== proxy.ip);
  return {
    listeners: [own.virtualOutbound, ...toOthers, own.virtualInbound],
    routes,
    clusters: [...clusters, blackHole, passthrough, ...own.clusters],
    endpoints,
  };
}

function routerConfig(snapshot: MeshSnapshot, proxy: ProxyNode): ProxyConfig {
  const { clusters, endpoints } = outboundScope(snapshot, proxy).lists(snapshot);
  const labels = Object.entries(proxy.labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const key = JSON.stringify([proxy.namespace, labels, proxy.ports]);
  const scope = entryOf(snapshot.scopes.routers, key, () => new RouterScope(snapshot, proxy));
  return { ...scope.lists(snapshot, proxy), clusters: [...clusters, blackHole], endpoints };
}

/** Shared by proxies of one type and namespace, as far as no rule tells their labels apart. */
function outboundScope(snapshot: MeshSnapshot, { type, namespace, labels }: ProxyNode): OutboundScope {
  const relevant = Object.fromEntries(
    snapshot.selectorKeys.flatMap((name) => {
      const value = labels[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const key = JSON.stringify([type, namespace, relevant]);
  const scopes = snapshot.scopes.outboundFor(snapshot.selectorKeys);
  return entryOf(scopes, key, () => new OutboundScope(type, snapshot, { namespace, labels: relevant }));
}

function reused(old: ProxyConfig | undefined, next: ProxyConfig): ProxyConfig {
  if (old === undefined) return next;
  const config: ProxyConfig = {
    listeners: reusedList(old.listeners, next.listeners),
    routes: reusedList(old.routes, next.routes),
    clusters: reusedList(old.clusters, next.clusters),
    endpoints: reusedList(old.endpoints, next.endpoints),
  };
  const same =
    config.listeners === old.listeners &&
    config.routes === old.routes &&
    config.clusters === old.clusters &&
    config.endpoints === old.endpoints;
  return same ? old : config;
}

const reusedList = <T>(old: readonly T[], next: readonly T[]): readonly T[] =>
  next.length === old.length && next.every((item, index) => item === old[index]) ? old : next;

function reusedOwn(old: OwnPieces, next: OwnPieces): OwnPieces {
  const kept = <T>(before: T, now: T): T => (isDeepStrictEqual(before, now) ? before : now);
  return {
    virtualOutbound: kept(old.virtualOutbound, next.virtualOutbound),
    virtualInbound: kept(old.virtualInbound, next.virtualInbound),
    clusters: kept(old.clusters, next.clusters),
  };
}
