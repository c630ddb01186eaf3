import { changesSecurityOf } from './security/security.ts';
import { blackHole, passthrough } from './cluster/static-clusters.ts';
import { entryOf } from './model/multi-map.ts';
import { inbound, type Inbound } from './inbound/inbound.ts';
import { isDeepStrictEqual } from 'node:util';
import { meshConfigFor } from './proxy-mesh-config.ts';
import { OutboundScope } from './outbound/outbound-scope.ts';
import { RouterScope } from './router/router-scope.ts';
import { virtualOutbound } from './outbound/outbound-listeners.ts';
import type { MadeConfig } from './model/scopes.ts';
import type { MeshSnapshot } from './model.ts';
import type { Listener, ProxyConfig } from '../envoy/config.ts';
import type { ProxyNode } from './proxy-node.ts';

/**
 * The config of one proxy, as istiod would push it. Depends on the snapshot and the node alone; for the same node, what
 * has not changed since the last snapshot (the whole, a list, a resource) is the same object.
 */
export function generate(snapshot: MeshSnapshot, proxy: ProxyNode): ProxyConfig {
  const old = snapshot.scopes.proxies.get(proxy);
  if (old?.revision === snapshot.revision) return old.config;
  const made = proxy.type === 'router' ? routerConfig(snapshot, proxy) : sidecarConfig(snapshot, proxy, old);
  const config = old === undefined ? made.config : reused(old.config, made.config);
  snapshot.scopes.proxies.set(proxy, { ...made, revision: snapshot.revision, config });
  return config;
}

type Made = Omit<MadeConfig, 'revision'>;

function sidecarConfig(snapshot: MeshSnapshot, proxy: ProxyNode, old: MadeConfig | undefined): Made {
  const shared = outboundScope(snapshot, proxy).lists(snapshot);
  const own = ownPieces(snapshot, proxy, old);
  const sameOwn = own === old?.own;
  const sameClusters = sameOwn && shared.clusters === old.shared.clusters;
  const sameListeners = sameOwn && shared.listeners === old.shared.listeners;
  // A headless service has a listener per endpoint, but a pod does not call itself through its proxy.
  const isOfOther = ({ address }: Listener): boolean => address.socket_address.address !== proxy.ip;
  const config = {
    listeners: sameListeners
      ? old.config.listeners
      : [own.virtualOutbound, ...shared.listeners.filter(isOfOther), own.virtualInbound],
    routes: shared.routes,
    clusters: sameClusters
      ? old.config.clusters
      : [...shared.clusters, blackHole, passthrough, ...own.inbound.clusters],
    endpoints: shared.endpoints,
  };
  return { config, shared, own };
}

function routerConfig(snapshot: MeshSnapshot, proxy: ProxyNode): Made {
  const shared = outboundScope(snapshot, proxy).lists(snapshot);
  const labels = Object.entries(proxy.labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const key = JSON.stringify([proxy.namespace, labels, proxy.ports, proxy.lowPorts]);
  const scope = entryOf(snapshot.scopes.routers, key, () => new RouterScope(snapshot, proxy));
  const { secrets, ...own } = scope.lists(snapshot, proxy);
  const config = {
    ...own,
    ...(secrets.length > 0 && { secrets }),
    clusters: [...shared.clusters, blackHole],
    endpoints: shared.endpoints,
  };
  return { config, shared, own: undefined };
}

/** What no other proxy shares. */
export interface OwnPieces {
  readonly virtualOutbound: Listener;
  readonly virtualInbound: Listener;
  readonly inbound: Inbound;
}

/** Made anew only after a change of a Service or a policy, or of a DestinationRule for one of the pod's own. */
function ownPieces(snapshot: MeshSnapshot, proxy: ProxyNode, old: MadeConfig | undefined): OwnPieces {
  const change = snapshot.changes.since(old?.revision ?? -1);
  const isConcerned =
    change.services ||
    change.everything ||
    changesSecurityOf(change, proxy.namespace) ||
    old?.own?.inbound.services.some((host) => change.hosts.has(host)) === true;
  if (old?.own !== undefined && !isConcerned) return old.own;
  const made = inbound(snapshot, proxy);
  const own = {
    virtualOutbound: virtualOutbound(meshConfigFor(snapshot, 'sidecar', proxy, 'CLIENT')),
    virtualInbound: made.listener,
    inbound: made,
  };
  return old?.own === undefined ? own : reusedOwn(old.own, own);
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
    ...(next.secrets && { secrets: reusedList(old.secrets ?? [], next.secrets) }),
  };
  const same =
    config.listeners === old.listeners &&
    config.routes === old.routes &&
    config.clusters === old.clusters &&
    config.endpoints === old.endpoints &&
    config.secrets === old.secrets;
  return same ? old : config;
}

const reusedList = <T>(old: readonly T[], next: readonly T[]): readonly T[] =>
  next.length === old.length && next.every((item, index) => item === old[index]) ? old : next;

function reusedOwn(old: OwnPieces, next: OwnPieces): OwnPieces {
  if (isDeepStrictEqual(old, next)) return old;
  const kept = <T>(before: T, now: T): T => (isDeepStrictEqual(before, now) ? before : now);
  const clusters = next.inbound.clusters.map(
    (cluster, index) => kept(old.inbound.clusters[index], cluster) ?? cluster,
  );
  return {
    virtualOutbound: kept(old.virtualOutbound, next.virtualOutbound),
    virtualInbound: kept(old.virtualInbound, next.virtualInbound),
    inbound: { ...next.inbound, clusters },
  };
}
