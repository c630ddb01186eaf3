import type { Address, MutualTls } from '../../network/network.ts';
import type { Headers } from '../http1/headers.ts';

/** Envoy's short names of response flags; facts and docs: "Envoy access log, %RESPONSE_FLAGS%". */
export type ResponseFlag =
  | 'DC'
  | 'DI'
  | 'DPE'
  | 'FI'
  | 'LR'
  | 'NC'
  | 'NR'
  | 'SI'
  | 'UC'
  | 'UF'
  | 'UH'
  | 'UO'
  | 'UPE'
  | 'URX'
  | 'UT';

/** What is known of a request (or a TCP connection) when it ends. */
export interface StreamInfo {
  readonly startMs: number;
  readonly downstreamLocal: Address;
  /** Of the peer's socket. */
  readonly downstreamDirect: Address;
  /** The client: the peer, or what x-forwarded-for says of it. */
  downstreamRemote: Address;
  readonly mtls: MutualTls | undefined;
  /** The server name the client asked for, in TLS of whatever kind. */
  readonly serverName: string | undefined;
  readonly protocol: string | undefined;
  /** As sent upstream: after rewrites and header operations. */
  requestHeaders: Headers | undefined;
  method: string | undefined;
  path: string | undefined;
  authority: string | undefined;
  responseHeaders: Headers | undefined;
  /** 0 until a response begins. */
  responseCode: number;
  /** In the order they happened. */
  readonly flags: ResponseFlag[];
  details: string | undefined;
  /** Why the connection was closed, where a network filter did it. */
  terminationDetails?: string;
  transportFailure: string | undefined;
  bytesReceived: number;
  bytesSent: number;
  upstreamHost: string | undefined;
  upstreamLocal: string | undefined;
  /** SPIFFE URI of the server, when mutual TLS was spoken with it. */
  upstreamPrincipal: string | undefined;
  upstreamCluster: string | undefined;
  /** An upstream has answered: it took part in the exchange of metadata. */
  upstreamAnswered: boolean;
  routeName: string | undefined;
  attempts: number;
}

type Outcome = Pick<
  StreamInfo,
  | 'responseHeaders'
  | 'responseCode'
  | 'flags'
  | 'details'
  | 'transportFailure'
  | 'bytesReceived'
  | 'bytesSent'
  | 'upstreamHost'
  | 'upstreamLocal'
  | 'upstreamPrincipal'
  | 'upstreamCluster'
  | 'upstreamAnswered'
  | 'routeName'
  | 'attempts'
>;

/** How a request or a connection stands before anything has come of it. */
export const noOutcome = (): Outcome => ({
  responseHeaders: undefined,
  responseCode: 0,
  flags: [],
  details: undefined,
  transportFailure: undefined,
  bytesReceived: 0,
  bytesSent: 0,
  upstreamHost: undefined,
  upstreamLocal: undefined,
  upstreamPrincipal: undefined,
  upstreamCluster: undefined,
  upstreamAnswered: false,
  routeName: undefined,
  attempts: 0,
});

export function addFlag(info: StreamInfo, flag: ResponseFlag): void {
  if (!info.flags.includes(flag)) info.flags.push(flag);
}

export function hostPort({ ip, port }: Address): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
