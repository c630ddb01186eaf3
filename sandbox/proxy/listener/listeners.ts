// Listeners, compiled: which one a connection belongs to, and which of its filter chains takes it.

import type { SecureContext } from 'node:tls';
import type { FilterChain, Listener } from '../../envoy/config.ts';
import type { Address } from '../../network/network.ts';
import { ConfigError } from '../config-error.ts';
import { accessLog, type WriteAccessLog } from '../format/access-log.ts';
import { createManager, type ProxyRuntime } from '../stream/manager.ts';
import { DownstreamConnection } from '../stream/downstream-connection.ts';
import type { Connect } from '../upstream/connector.ts';
import type { NetworkFilter } from './network-filter.ts';
import { networkRbac } from './network-rbac.ts';
import { tcpProxy } from './tcp-proxy.ts';
import { credentialOf, type TlsSecrets } from './tls-secrets.ts';

export interface CompiledListener {
  readonly config: Listener;
  readonly filters: ReadonlyMap<FilterChain, NetworkFilter>;
  /** Of chains that end a client's TLS: the certificate as it is by then, undefined while there is none. */
  readonly credentials: ReadonlyMap<FilterChain, () => SecureContext | undefined>;
  /** For connections no filter chain takes. */
  readonly writeLog: WriteAccessLog;
}

export type ListenerRuntime = ProxyRuntime & { readonly connect: Connect; readonly secrets: TlsSecrets };

export class Listeners {
  readonly #runtime: ListenerRuntime;
  #compiled = new Map<Listener, CompiledListener>();
  /** `ip:port` */
  #byAddress = new Map<string, CompiledListener>();
  #outbound: CompiledListener | undefined;
  #inbound: CompiledListener | undefined;

  constructor(runtime: ListenerRuntime) {
    this.#runtime = runtime;
  }

  /** Ports of listeners that are bound: a gateway's. */
  get ports(): readonly number[] {
    return [...this.#compiled.keys()]
      .filter(
        ({ bind_to_port: bound, use_original_dst: redirected }) => bound !== false && redirected !== true,
      )
      .map(({ address }) => address.socket_address.port_value);
  }

  /** The listener of that very destination, or of its port, or the one that catches the rest. */
  outbound({ ip, port }: Address): CompiledListener | undefined {
    return this.#byAddress.get(`${ip}:${port}`) ?? this.#byAddress.get(`0.0.0.0:${port}`) ?? this.#outbound;
  }

  inbound(): CompiledListener | undefined {
    return this.#inbound;
  }

  onPort(port: number): CompiledListener | undefined {
    return this.#byAddress.get(`0.0.0.0:${port}`);
  }

  /** Prepares the change and answers how to make it. @throws ConfigError */
  plan(listeners: readonly Listener[]): () => void {
    const compiled = new Map<Listener, CompiledListener>();
    const byAddress = new Map<string, CompiledListener>();
    let outbound: CompiledListener | undefined;
    let inbound: CompiledListener | undefined;
    for (const config of listeners) {
      const listener = this.#compiled.get(config) ?? compile(config, this.#runtime);
      compiled.set(config, listener);
      if (config.use_original_dst === true) {
        if (config.traffic_direction === 'OUTBOUND') outbound = listener;
        else inbound = listener;
      } else if (config.traffic_direction === 'INBOUND') {
        inbound = listener;
      } else {
        const { address, port_value: port } = config.address.socket_address;
        if (byAddress.has(`${address}:${port}`)) {
          throw new ConfigError(`listeners[${config.name}].address`, `${address}:${port} is taken`);
        }
        byAddress.set(`${address}:${port}`, listener);
      }
    }
    return () => {
      this.#compiled = compiled;
      this.#byAddress = byAddress;
      this.#outbound = outbound;
      this.#inbound = inbound;
    };
  }
}

function compile(config: Listener, runtime: ListenerRuntime): CompiledListener {
  const field = `listeners[${config.name}]`;
  const filters = new Map<FilterChain, NetworkFilter>();
  for (const [index, chain] of config.filter_chains.entries()) {
    filters.set(
      chain,
      networkFilter(chain, config, runtime, `${field}.filter_chains[${chain.name ?? index}]`),
    );
  }
  const fallback = config.default_filter_chain;
  if (fallback !== undefined) {
    filters.set(fallback, networkFilter(fallback, config, runtime, `${field}.default_filter_chain`));
  }
  const credentials = new Map(
    config.filter_chains.flatMap((chain) => {
      const name = credentialOf(chain);
      return name === undefined ? [] : [[chain, () => runtime.secrets.get(name)] as const];
    }),
  );
  return {
    config,
    filters,
    credentials,
    writeLog: accessLog(config.access_log, runtime.log, `${field}.access_log`),
  };
}

function networkFilter(
  chain: FilterChain,
  listener: Listener,
  runtime: ListenerRuntime,
  field: string,
): NetworkFilter {
  const last = chain.filters.length - 1;
  const filter = chain.filters[last];
  const at = `${field}.filters[${last}].typed_config`;
  if (filter === undefined) throw new ConfigError(`${field}.filters`, 'is empty');
  const guards = chain.filters.slice(0, last).map((guard, index) => {
    const name = `${field}.filters[${index}]`;
    if (guard.name !== 'envoy.filters.network.rbac' || filter.name !== 'envoy.filters.network.tcp_proxy')
      throw new ConfigError(name, `${guard.name} is not executed before ${filter.name}`);
    return networkRbac(guard.typed_config, `${name}.typed_config`);
  });
  switch (filter.name) {
    case 'envoy.filters.network.tcp_proxy':
      return tcpProxy(filter.typed_config, listener.traffic_direction, runtime, at, guards);
    case 'envoy.filters.network.http_connection_manager': {
      const manager = createManager(filter.typed_config, listener.traffic_direction, runtime, at);
      return {
        accept: (socket, destination, closed) =>
          new DownstreamConnection(socket, destination, manager, closed),
        adopt: (connection) => {
          if (!(connection instanceof DownstreamConnection)) return false;
          connection.adopt(manager);
          return true;
        },
      };
    }
    default:
      throw new ConfigError(`${field}.filters[${last}].name`, `${filter.name} cannot be the last filter`);
  }
}
