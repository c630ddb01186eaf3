// istiod's side of xDS: follows the cluster and pushes new config to the proxies it is for.

import {
  authorizationPolicies,
  configMaps,
  customResourceDefinitions,
  destinationRules,
  endpointSlices,
  gateways,
  namespaces,
  peerAuthentications,
  pods,
  requestAuthentications,
  secrets,
  serviceEntries,
  services,
  sidecars,
  telemetries,
  virtualServices,
  workloadEntries,
  type ConfigMap,
  type Resource,
} from '../kube/resources.ts';
import type { Clock } from '../clock/clock.ts';
import { GatewayApiSource, gatewayApiKinds } from './gateway-api/follow.ts';
import { generate } from './generate.ts';
import { isStatus } from '../kube/status-error.ts';
import { meshConfigOf } from './mesh-config.ts';
import { MeshState, type MeshEvent, type MeshSnapshot } from './model.ts';
import { rootNamespace } from './model/destination-rules.ts';
import type { Cluster, WatchEvent } from '../kube/cluster.ts';
import type { KubeObject } from '../kube/object.ts';
import type { ProxyConfig } from '../envoy/config.ts';
import type { ProxyNode } from './proxy-node.ts';
import { ProxySync, type TypeSync } from './proxy-sync.ts';

export interface Discovery {
  /**
   * Pushes the proxy's config now, and again after each turn in which it became another; parts that stay keep their
   * identity. A `push` that throws has refused the config and gets the next one. Returns the unsubscribe function.
   */
  subscribe(node: ProxyNode, push: (config: ProxyConfig) => void): () => void;
  /** The proxies that are subscribed, in the order in which they came. */
  proxies(): readonly ConnectedProxy[];
  /** Ends the watches; nothing is pushed any more. */
  close(): void;
}

export interface ConnectedProxy {
  readonly node: ProxyNode;
  readonly types: readonly TypeSync[];
  /** What it was sent last. */
  readonly config: ProxyConfig | undefined;
}

export interface DiscoveryOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  /** One line per round of pushes and per refusal. */
  readonly log: (line: string) => void;
}

/** Istio's kinds and the Gateway API's are followed from when their CustomResourceDefinitions exist. */
export function startDiscovery({ cluster, clock, log }: DiscoveryOptions): Discovery {
  const state = new MeshState();
  const subscribers = new Set<Subscriber>();
  const watches: (() => void)[] = [];
  let pushed = state.snapshot().revision;
  let round: NodeJS.Immediate | undefined;

  const gatewayApi = new GatewayApiSource(cluster);

  const pushAll = (): void => {
    round = undefined;
    for (const event of gatewayApi.events()) apply(event);
    const snapshot = state.snapshot();
    if (snapshot.revision === pushed) return;
    pushed = snapshot.revision;
    const updated = [...subscribers].filter(
      (subscriber) => subscribers.has(subscriber) && update(subscriber, snapshot, { clock, log }),
    );
    if (updated.length > 0)
      log(`Pushed revision ${pushed} to ${updated.length} of ${subscribers.size} proxies`);
  };
  const follow = <T extends KubeObject>(
    resource: Resource<T>,
    take: (event: WatchEvent<T>) => void,
  ): void => {
    const listener = (event: WatchEvent<T>): void => {
      take(event);
      round ??= setImmediate(pushAll);
    };
    watches.push(cluster.watch(resource, listener));
  };
  // A watch's listener must not throw, and one object that makes no sense must not end the mesh.
  const apply = (event: MeshEvent): void => {
    try {
      state.apply(event);
    } catch (error) {
      const { kind, metadata } = event.object;
      log(`${kind} ${metadata.namespace ?? ''}/${metadata.name} is left out of the mesh: ${reasonOf(error)}`);
    }
  };

  for (const resource of [services, endpointSlices, pods, secrets]) follow<KubeObject>(resource, apply);
  for (const resource of [services, namespaces])
    follow<KubeObject>(resource, () => gatewayApi.surroundingsChanged());
  follow(configMaps, (event) => configure(state, event));
  const followCustom = (resource: Resource<KubeObject>): void => {
    const isGatewayApi = gatewayApiKinds.includes(resource);
    follow<KubeObject>(resource, isGatewayApi ? () => gatewayApi.changed() : apply);
  };
  followCustomKinds(cluster, followCustom, watches);

  return {
    subscribe(node, push) {
      const subscriber: Subscriber = { node, push, last: undefined, sync: new ProxySync() };
      subscribers.add(subscriber);
      update(subscriber, state.snapshot(), { clock, log });
      return () => void subscribers.delete(subscriber);
    },
    proxies: () =>
      [...subscribers].map(({ node, sync, last }) => ({ node, types: sync.types, config: last })),
    close() {
      for (const stop of watches) stop();
      subscribers.clear();
      clearImmediate(round);
    },
  };
}

interface Subscriber {
  readonly node: ProxyNode;
  readonly push: (config: ProxyConfig) => void;
  last: ProxyConfig | undefined;
  readonly sync: ProxySync;
}

/** Returns whether there was anything new. Whatever goes wrong, the proxy keeps the config it has. */
function update(
  subscriber: Subscriber,
  snapshot: MeshSnapshot,
  { clock, log }: Pick<DiscoveryOptions, 'clock' | 'log'>,
): boolean {
  const { node, push, last, sync } = subscriber;
  const proxy = `${node.name}.${node.namespace}`;
  let config: ProxyConfig;
  try {
    config = generate(snapshot, node);
  } catch (error) {
    log(`No config for proxy ${proxy}: ${reasonOf(error)}`);
    return false;
  }
  if (config === last) return false;
  subscriber.last = config;
  sync.sent(config, snapshot.revision, clock.now());
  try {
    push(config);
    sync.taken();
  } catch (error) {
    sync.refused(reasonOf(error));
    log(`Proxy ${proxy} refused its config: ${reasonOf(error)}`);
  }
  return true;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function configure(state: MeshState, { type, object }: WatchEvent<ConfigMap>): void {
  if (object.metadata.namespace !== rootNamespace || object.metadata.name !== 'istio') return;
  state.configure(meshConfigOf(type === 'DELETED' ? '' : (object.data?.['mesh'] ?? '')));
}

const customKinds = [
  peerAuthentications,
  authorizationPolicies,
  requestAuthentications,
  ...gatewayApiKinds,
  virtualServices,
  destinationRules,
  gateways,
  serviceEntries,
  sidecars,
  telemetries,
  workloadEntries,
];

/** Starts to follow each of Istio's kinds, and of the Gateway API's, as soon as the API serves it. */
function followCustomKinds(
  cluster: Cluster,
  follow: (resource: Resource<KubeObject>) => void,
  watches: (() => void)[],
): void {
  const missing = new Set<Resource<KubeObject>>(customKinds);
  const tryAll = (): void => {
    for (const resource of missing) {
      try {
        follow(resource);
        missing.delete(resource);
      } catch (error) {
        if (!isStatus(error, 'NotFound')) throw error;
      }
    }
  };
  tryAll();
  watches.push(cluster.watch(customResourceDefinitions, tryAll));
}
