// Istio's standard metrics of one proxy (docs: "Istio Standard Metrics"), source and destination side.

import type { ClusterService } from '../proxy/upstream/cluster.ts';
import type { StreamInfo } from '../proxy/stream/stream-info.ts';
import { Counter, escapeLabel, Family, Histogram } from './metrics.ts';
import { workloadLabels, type Workload } from './workload.ts';

/** The other end by its address; undefined for a pod without a proxy, which tells nothing of itself. */
export type PeerOf = (ip: string) => Workload | undefined;

/** What the reporter takes from a finished request or connection. */
export interface RequestRecord {
  readonly info: StreamInfo;
  readonly direction: 'INBOUND' | 'OUTBOUND';
  /** At a gateway. */
  readonly edge: boolean;
  /** Host header; empty for TCP. */
  readonly authority: string;
  readonly clusterName: string | undefined;
  readonly service: ClusterService | undefined;
  /** Address of the server that answered. */
  readonly upstreamIp: string | undefined;
}

interface RequestSeries {
  readonly requests: Counter;
  readonly duration: Histogram;
  readonly received: Histogram;
  readonly sent: Histogram;
}

interface ConnectionSeries {
  readonly opened: Counter;
  readonly closed: Counter;
  readonly received: Counter;
  readonly sent: Counter;
}

const counter = (): Counter => new Counter();
const histogram = (): Histogram => new Histogram();

export class TelemetryReporter {
  readonly #self: Workload;
  readonly #peerOf: PeerOf;
  readonly #requests = new Family('istio_requests_total', counter);
  readonly #duration = new Family('istio_request_duration_milliseconds', histogram);
  readonly #received = new Family('istio_request_bytes', histogram);
  readonly #sent = new Family('istio_response_bytes', histogram);
  readonly #opened = new Family('istio_tcp_connections_opened_total', counter);
  readonly #closed = new Family('istio_tcp_connections_closed_total', counter);
  readonly #tcpReceived = new Family('istio_tcp_received_bytes_total', counter);
  readonly #tcpSent = new Family('istio_tcp_sent_bytes_total', counter);
  /** By a key that is cheaper to make than the labels. */
  readonly #requestSeries = new Map<string, RequestSeries>();

  constructor(self: Workload, peerOf: PeerOf) {
    this.#self = self;
    this.#peerOf = peerOf;
  }

  request(record: RequestRecord, nowMs: number): void {
    const { info } = record;
    const series = this.#seriesOf(record);
    series.requests.value += 1;
    series.duration.record(nowMs - info.startMs);
    series.received.record(info.bytesReceived);
    series.sent.record(info.bytesSent);
  }

  /** A TCP connection that has begun; answers what to call with its bytes at its end. */
  connection(record: RequestRecord): (received: number, sent: number) => void {
    const labels = this.#labels(record, 'tcp');
    const series: ConnectionSeries = {
      opened: this.#opened.at(labels),
      closed: this.#closed.at(labels),
      received: this.#tcpReceived.at(labels),
      sent: this.#tcpSent.at(labels),
    };
    series.opened.value += 1;
    return (received, sent) => {
      series.closed.value += 1;
      series.received.value += received;
      series.sent.value += sent;
    };
  }

  /** Prometheus text. */
  render(): string {
    return [
      this.#requests,
      this.#duration,
      this.#received,
      this.#sent,
      this.#opened,
      this.#closed,
      this.#tcpReceived,
      this.#tcpSent,
    ]
      .map((family) => family.render())
      .join('');
  }

  #seriesOf(record: RequestRecord): RequestSeries {
    const { info, direction } = record;
    const peer = direction === 'INBOUND' ? info.downstreamDirect.ip : record.upstreamIp;
    const grpc = isGrpc(record) ? (info.responseHeaders?.get('grpc-status') ?? '') : undefined;
    const key =
      `${info.responseCode} ${info.flags.join()} ${peer} ${record.clusterName} ${grpc} ` +
      `${info.mtls?.peer} ${info.upstreamPrincipal} ${record.service === undefined ? record.authority : ''} ` +
      `${info.routeName === blockAll}`;
    const known = this.#requestSeries.get(key);
    if (known !== undefined) return known;
    const labels =
      `${this.#labels(record, grpc === undefined ? 'http' : 'grpc')},response_code="${info.responseCode}",` +
      `grpc_response_status="${escapeLabel(grpc ?? '')}"`;
    const series: RequestSeries = {
      requests: this.#requests.at(labels),
      duration: this.#duration.at(labels),
      received: this.#received.at(labels),
      sent: this.#sent.at(labels),
    };
    this.#requestSeries.set(key, series);
    return series;
  }

  #labels(record: RequestRecord, protocol: string): string {
    const { info, direction, upstreamIp } = record;
    const inbound = direction === 'INBOUND';
    const peer = this.#peerOf(inbound ? info.downstreamDirect.ip : (upstreamIp ?? ''));
    const mtls = inbound ? info.mtls !== undefined : info.upstreamPrincipal !== undefined;
    const ownPrincipal = mtls ? this.#self.principal : undefined;
    const source = inbound
      ? workloadLabels('source', peer, info.mtls?.peer)
      : workloadLabels('source', this.#self, ownPrincipal);
    const destination = inbound
      ? workloadLabels('destination', this.#self, ownPrincipal)
      : workloadLabels('destination', peer, info.upstreamPrincipal);
    // The client's proxy cannot know what the server made of the connection.
    const security = inbound ? (mtls ? 'mutual_tls' : 'none') : 'unknown';
    return (
      `reporter="${inbound ? 'destination' : 'source'}",${source},${destination},${serviceLabels(record, this.#self)},` +
      `request_protocol="${protocol}",response_flags="${info.flags.join(',') || '-'}",` +
      `connection_security_policy="${security}"`
    );
  }
}

const blockAll = 'block_all';

function isGrpc({ info }: RequestRecord): boolean {
  return info.requestHeaders?.get('content-type')?.startsWith('application/grpc') === true;
}

function serviceLabels(record: RequestRecord, self: Workload): string {
  const { host, name, namespace } = destinationService(record, self);
  return (
    `destination_service="${escapeLabel(host)}",destination_service_name="${escapeLabel(name)}",` +
    `destination_service_namespace="${escapeLabel(namespace)}"`
  );
}

/** The cluster's service, or what stands in for one: the Host header, and the names of the catch-all clusters. */
function destinationService(record: RequestRecord, self: Workload): ClusterService {
  const { service, clusterName, info, authority, edge } = record;
  if (service !== undefined) return service;
  const fallback = edge || authority === '' ? 'unknown' : authority;
  const catchAll = info.routeName === blockAll ? 'BlackHoleCluster' : clusterName;
  if (
    catchAll === 'PassthroughCluster' ||
    catchAll === 'BlackHoleCluster' ||
    catchAll === 'InboundPassthroughCluster'
  ) {
    return { host: fallback, name: catchAll, namespace: 'unknown' };
  }
  return {
    host: fallback,
    name: fallback,
    namespace: record.direction === 'INBOUND' ? self.namespace : 'unknown',
  };
}
