// What the transfers of one command line share: connections, and the answers to where hosts are.

import { isIPv4 } from 'node:net';
import type { Address } from '../../../network/network.ts';
import { PodAgent } from '../../../network/pod-agent.ts';
import type { CommandContext } from '../command.ts';
import { CurlError } from './curl-error.ts';
import { allValues, type CurlOptions } from './options.ts';

/** Progress of the connection for the transfer that goes on. */
export interface Connecting {
  connects: number;
  address: Address | undefined;
  /** Milliseconds since the epoch; 0 until it happened. */
  resolvedAt: number;
}

export class CurlSession {
  readonly agent: PodAgent;
  readonly #context: CommandContext;
  readonly #resolve: ReadonlyMap<string, string>;
  readonly #connectTo: readonly (readonly [host: string, port: string, toHost: string, toPort: string])[];
  #connecting: Connecting = { connects: 0, address: undefined, resolvedAt: 0 };
  #last: Address | undefined;
  readonly #verbose: (line: string) => void;

  /** @throws CurlError 49 for a `--resolve` or `--connect-to` that is none */
  constructor(context: CommandContext, options: CurlOptions, verbose: (line: string) => void) {
    this.#context = context;
    this.#verbose = verbose;
    this.#resolve = new Map(allValues(options, 'resolve').map(parseResolve));
    this.#connectTo = allValues(options, 'connect-to').map(parseConnectTo);
    this.agent = new PodAgent({
      network: context.network,
      keepAlive: !options.flags.has('no-keepalive'),
      maxSockets: 1,
      route: (host, port) => this.#route(host, port),
    });
  }

  /** A new transfer begins: counts from here. */
  begin(): Connecting {
    this.#connecting = { connects: 0, address: this.#last, resolvedAt: 0 };
    return this.#connecting;
  }

  async #route(host: string, port: number): Promise<Address> {
    const rule = this.#connectTo.find(
      ([from, fromPort]) => (from === '' || from === host) && (fromPort === '' || fromPort === String(port)),
    );
    const toHost = rule?.[2] === undefined || rule[2] === '' ? host : rule[2];
    const toPort = rule?.[3] === undefined || rule[3] === '' ? port : Number(rule[3]);
    const fixed = this.#resolve.get(`${toHost.toLowerCase()}:${toPort}`);
    const ip = fixed ?? (await this.#lookUp(toHost));
    this.#connecting.resolvedAt = this.#context.clock.now();
    this.#connecting.connects += 1;
    this.#last = { ip, port: toPort };
    this.#connecting.address = this.#last;
    this.#verbose(`  Trying ${ip}:${toPort}...`);
    return this.#last;
  }

  async #lookUp(host: string): Promise<string> {
    try {
      const [ip] = await this.#context.network.resolve(host);
      if (ip !== undefined) return ip;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTFOUND') throw error;
    }
    throw new CurlError(6, `Could not resolve host: ${host}`);
  }

  close(): void {
    this.agent.destroy();
  }
}

function parseResolve(text: string): readonly [string, string] {
  const [host = '', port = '', address = ''] = text.replace(/^[+-]/, '').split(':');
  const [ip = ''] = address.split(',');
  if (host === '' || !/^\d+$/.test(port) || !isIPv4(ip)) {
    throw new CurlError(49, `Couldn't parse CURLOPT_RESOLVE entry '${text}'`);
  }
  return [`${host.toLowerCase()}:${port}`, ip];
}

function parseConnectTo(text: string): readonly [string, string, string, string] {
  const [host = '', port = '', toHost = '', toPort = '', more] = text.split(':');
  if (more !== undefined || !/^\d*$/.test(port) || !/^\d*$/.test(toPort)) {
    throw new CurlError(49, `'${text}' is no HOST1:PORT1:HOST2:PORT2`);
  }
  return [host, port, toHost, toPort];
}
