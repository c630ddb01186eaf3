// The cluster's network in one object: addresses, names, services, and the rules that decide who answers a connection.
//
// As in a cluster: kube-proxy's choice among ready endpoints, NodePorts, CoreDNS, Istio's iptables rules.
// Not there: UDP, session affinity, NetworkPolicy, IPv6, and everything outside the cluster (no such host).

import type { Socket } from 'node:net';
import type { Clock, Random } from '../clock/clock.ts';
import { createAddressPool, podGateway } from './addresses.ts';
import { resolveHost } from './cluster-dns.ts';
import { adoptSocket } from './adopted-socket.ts';
import { connectionRefused, connectionReset, hostUnreachable, wrongPeer, wrongTlsVersion } from './errors.ts';
import type { Acceptor, Address, ConnectOptions, PodNetwork, VirtualSocket } from './network.ts';
import { createPorts, type Ports } from './ports.ts';
import { createServiceTable, type ServiceFeed, type ServicePort } from './service-table.ts';
import { createSocketPair } from './socket-pair.ts';
import { createTurns } from './turns.ts';
import { spiffeId } from '../kube/spiffe-id.ts';

export interface PodAttachment {
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccount: string;
  /** An address the pod would like to keep; it gets another when that one is taken. */
  readonly ip?: string;
}

export interface AttachedPod extends PodNetwork {
  /** Resets the pod's connections, stops its listeners and gives its address back. Repeating it is harmless. */
  detach(): void;
}

export interface Network {
  attach(pod: PodAttachment): AttachedPod;
  /** The network of the pod with this address, as seen from inside it. */
  pod(ip: string): PodNetwork | undefined;
  /** The node's own network: its connections reach pods from `podGateway`, and pods reach its listeners and NodePorts. */
  readonly node: PodNetwork;
  /** Where it learns of services and their endpoints. */
  readonly services: ServiceFeed;
  hasNodePort(nodePort: number): boolean;
  /**
   * Hands a real socket that came in at a node port to one of the service's endpoints, without a copy of its bytes.
   * False (and the socket is left alone) when no service has the port, none of its endpoints is ready, or nobody listens.
   */
  acceptAtNodePort(socket: Socket, nodePort: number): boolean;
  /** Ends of connections that are open now: two for a connection between pods, one for one from outside. */
  readonly openEnds: number;
}

export interface NetworkOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Address of the node. @default '172.18.0.2' */
  readonly nodeIp?: string;
}

/** One network namespace: a pod's, or the node's. */
interface Host {
  readonly ip: string;
  readonly namespace: string;
  /** SPIFFE URI of its service account. */
  readonly identity: string;
  readonly ports: Ports;
  readonly ends: Set<{ resetAndDestroy(): unknown }>;
  nextPort: number;
}

const firstEphemeralPort = 32_768;
const lastEphemeralPort = 60_999;
/** Envoy's admin server listens on localhost only. */
const adminPort = 15_000;
/** Source address of the proxy's own connections to its app, which iptables leaves alone. */
const inboundPassthrough = '127.0.0.6';

export function createNetwork({ clock, random, nodeIp = '172.18.0.2' }: NetworkOptions): Network {
  const turns = createTurns();
  const pool = createAddressPool();
  const table = createServiceTable();
  const hosts = new Map<string, Host>();
  const resolver = { services: table, isPod: (ip: string) => ip !== nodeIp && hosts.has(ip) };
  let openEnds = 0;

  const track = (host: Host, end: VirtualSocket): void => {
    openEnds += 1;
    host.ends.add(end);
    end.once('close', () => {
      openEnds -= 1;
      host.ends.delete(end);
    });
  };

  const addHost = (ip: string, namespace: string, identity: string): Host => {
    const host: Host = {
      ip,
      namespace,
      identity,
      ports: createPorts(),
      ends: new Set(),
      nextPort: firstEphemeralPort,
    };
    hosts.set(ip, host);
    return host;
  };

  const open = (
    from: Host,
    to: Host,
    accept: Acceptor,
    path: Path,
    options: ConnectOptions,
  ): VirtualSocket => {
    const { mtlsServerName: sni, mtlsPeers: peers } = options;
    if (sni !== undefined && !endsMutualTls(to, accept, path.meant, sni)) throw wrongTlsVersion();
    if (peers?.includes(to.identity) === false) throw wrongPeer(to.identity);
    const [client, server] = createSocketPair({
      clock,
      turns,
      client: { ip: path.sourceIp, port: ephemeralPort(from) },
      server: path.meant,
      clientMtls: sni === undefined ? undefined : { sni, peer: to.identity },
      serverMtls: sni === undefined ? undefined : { sni, peer: from.identity },
    });
    track(from, client);
    track(to, server);
    accept(server, path.meant);
    return client;
  };

  const endpointOf = (service: ServicePort, asked: Address): Address => {
    const endpoint = table.pick(service, random);
    if (endpoint === undefined) throw connectionRefused(asked);
    return endpoint;
  };

  /** Where packets to this address end up, after kube-proxy's rewriting. */
  const destinationOf = (asked: Address): Address => {
    const service = table.at(asked.ip, asked.port);
    if (service !== undefined) return endpointOf(service, asked);
    if (table.owns(asked.ip)) throw connectionRefused(asked);
    if (asked.ip !== nodeIp || hosts.get(nodeIp)?.ports.listener(asked.port) !== undefined) return asked;
    const nodePort = table.atNodePort(asked.port);
    return nodePort === undefined ? asked : endpointOf(nodePort, asked);
  };

  const arrive = (from: Host, asked: Address, options: ConnectOptions): VirtualSocket => {
    const destination = destinationOf(asked);
    const to = hosts.get(destination.ip);
    if (to === undefined) throw hostUnreachable(asked);
    const accept = acceptorAt(to, destination.port);
    if (accept === undefined) throw connectionRefused(asked);
    const sourceIp = options.sourceIp ?? (from.ip === nodeIp ? podGateway : from.ip);
    return open(from, to, accept, { sourceIp, meant: destination }, options);
  };

  /** Inside the pod: the packets never leave it. */
  const stay = (host: Host, asked: Address, options: ConnectOptions): VirtualSocket => {
    const accept = host.ports.listener(asked.port);
    if (accept === undefined || (asked.port === adminPort && !isLoopback(asked.ip))) {
      throw connectionRefused(asked);
    }
    return open(host, host, accept, { sourceIp: options.sourceIp ?? asked.ip, meant: asked }, options);
  };

  const connect = (from: Host, asked: Address, options: ConnectOptions): VirtualSocket => {
    options.signal?.throwIfAborted();
    if (hosts.get(from.ip) !== from) throw connectionReset();
    if (isLoopback(asked.ip)) return stay(from, asked, options);
    const { redirect } = from.ports;
    const bypass = options.bypassRedirect === true;
    // ISTIO_OUTPUT: an app that calls its own address is let through; a proxy that does, but for its calls to its
    // app, is sent to the inbound side.
    if (asked.ip === from.ip) {
      if (redirect === undefined || !bypass || options.sourceIp === inboundPassthrough) {
        return stay(from, asked, options);
      }
      return open(
        from,
        from,
        redirect.inbound,
        { sourceIp: options.sourceIp ?? from.ip, meant: asked },
        options,
      );
    }
    if (redirect !== undefined && !bypass && redirect.excludedOutbound?.has(asked.port) !== true) {
      return open(from, from, redirect.outbound, { sourceIp: from.ip, meant: asked }, options);
    }
    return arrive(from, asked, options);
  };

  const networkOf = (host: Host): PodNetwork => ({
    ip: host.ip,
    resolve: async (name) => Promise.resolve(resolveHost(resolver, name, host.namespace)),
    connect: async (destination, options = {}) => Promise.resolve(connect(host, destination, options)),
    listen: (port, accept) => host.ports.listen(port, accept),
    redirect: (redirect) => {
      host.ports.redirect = redirect;
    },
  });

  const detach = (host: Host): void => {
    if (hosts.get(host.ip) !== host) return;
    hosts.delete(host.ip);
    pool.release(host.ip);
    for (const end of host.ends) end.resetAndDestroy();
  };

  const node = networkOf(addHost(nodeIp, 'default', 'spiffe://cluster.local/node'));

  return {
    attach: ({ namespace, serviceAccount, ip }) => {
      const identity = spiffeId(namespace, serviceAccount);
      const host = addHost(pool.take(ip), namespace, identity);
      return { ...networkOf(host), detach: () => detach(host) };
    },
    pod: (ip) => {
      const host = hosts.get(ip);
      return host === undefined ? undefined : networkOf(host);
    },
    node,
    services: table,
    hasNodePort: (nodePort) => table.atNodePort(nodePort) !== undefined,
    acceptAtNodePort: (socket, nodePort) => {
      const service = table.atNodePort(nodePort);
      const endpoint = service === undefined ? undefined : table.pick(service, random);
      const to = endpoint === undefined ? undefined : hosts.get(endpoint.ip);
      if (endpoint === undefined || to === undefined) return false;
      const accept = acceptorAt(to, endpoint.port);
      if (accept === undefined) return false;
      const end = adoptSocket(socket, { ip: podGateway, port: socket.remotePort ?? 0 }, endpoint);
      track(to, end);
      accept(end, endpoint);
      return true;
    },
    get openEnds() {
      return openEnds;
    },
  };
}

interface Path {
  /** What the server sees as the client's address. */
  readonly sourceIp: string;
  /** What the server sees as its own address: where the client meant to go. */
  readonly meant: Address;
}

/** Who takes a connection that comes in from outside of the pod. */
function acceptorAt(host: Host, port: number): Acceptor | undefined {
  const { redirect } = host.ports;
  const through = uninterceptedPorts.has(port) || redirect?.excludedInbound?.has(port) === true;
  if (redirect !== undefined && !through) return redirect.inbound;
  return port === adminPort ? undefined : host.ports.listener(port);
}

/** Only a pod's proxy does, and only for what comes in through it. */
function endsMutualTls({ ports }: Host, accept: Acceptor, destination: Address, serverName: string): boolean {
  const { redirect } = ports;
  return accept === redirect?.inbound && redirect.endsMutualTls?.(destination, serverName) === true;
}

/** `excludeInboundPorts` of Istio's injection template: the agent, its health port, and Envoy's metrics. */
const uninterceptedPorts: ReadonlySet<number> = new Set([15_020, 15_021, 15_090]);

const isLoopback = (ip: string): boolean => ip.startsWith('127.');

function ephemeralPort(host: Host): number {
  const port = host.nextPort;
  host.nextPort = port === lastEphemeralPort ? firstEphemeralPort : port + 1;
  return port;
}
