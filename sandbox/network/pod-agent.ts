// HTTP from inside a pod: a node:http agent whose connections go over the cluster's network.

import { Agent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Address, ConnectOptions, PodNetwork } from './network.ts';

export interface PodAgentOptions extends AgentOptions {
  readonly network: PodNetwork;
  readonly connect?: ConnectOptions;
  /** Where to connect for a request to this host and port. @default DNS of the pod, first address */
  readonly route?: (host: string, port: number) => Promise<Address>;
}

/** Destroy it when it is no longer used: it may keep connections. */
export class PodAgent extends Agent {
  readonly #route: (host: string, port: number) => Promise<Address>;
  readonly #network: PodNetwork;
  readonly #connect: ConnectOptions | undefined;

  constructor({ network, connect, route, ...options }: PodAgentOptions) {
    super(options);
    this.#network = network;
    this.#connect = connect;
    this.#route = route ?? (async (host, port) => ({ ip: await firstAddress(network, host), port }));
  }

  override createConnection(
    options: ClientRequestArgs,
    callback: (error: Error | null, socket?: Duplex) => void,
  ): undefined {
    void this.#open(options.host ?? 'localhost', Number(options.port ?? 80), callback);
  }

  async #open(
    host: string,
    port: number,
    callback: (error: Error | null, socket?: Duplex) => void,
  ): Promise<void> {
    let socket: Duplex;
    try {
      socket = await this.#network.connect(await this.#route(host, port), this.#connect);
    } catch (error) {
      callback(error as Error);
      return;
    }
    callback(null, socket);
  }
}

async function firstAddress(network: PodNetwork, host: string): Promise<string> {
  const [first] = await network.resolve(host);
  return first ?? host;
}
