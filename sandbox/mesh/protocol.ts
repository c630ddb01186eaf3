// What a proxy takes a port for (istio.io/docs/ops/configuration/traffic-management/protocol-selection).

export type Protocol = 'HTTP' | 'HTTP2' | 'GRPC' | 'TCP' | 'UDP' | 'unknown';

const byName: Readonly<Record<string, Protocol>> = {
  http: 'HTTP',
  http2: 'HTTP2',
  grpc: 'GRPC',
  https: 'TCP',
  tls: 'TCP',
  tcp: 'TCP',
  mongo: 'TCP',
  mysql: 'TCP',
  redis: 'TCP',
  udp: 'UDP',
};

// Server-first protocols: looking for HTTP in the client's first bytes would wait for ever.
const serverFirstPorts = new Set([25, 53, 3306, 27017]);

export interface PortDeclaration {
  readonly port: number;
  readonly name?: string;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

/** `unknown` ports are sniffed. */
export function protocolOf({ port, name, protocol, appProtocol }: PortDeclaration): Protocol {
  if (protocol === 'UDP') return 'UDP';
  if (appProtocol === 'kubernetes.io/h2c') return 'HTTP2';
  if (appProtocol === 'kubernetes.io/ws') return 'HTTP';
  if (appProtocol === 'kubernetes.io/wss') return 'TCP';
  const declared = (appProtocol ?? name ?? '').toLowerCase();
  if (declared.startsWith('grpc-web')) return 'GRPC';
  const prefix = declared.split('-', 1)[0] ?? '';
  if (Object.hasOwn(byName, prefix)) return byName[prefix] ?? 'unknown';
  return serverFirstPorts.has(port) ? 'TCP' : 'unknown';
}

export const isHttp = (protocol: Protocol): boolean =>
  protocol === 'HTTP' || protocol === 'HTTP2' || protocol === 'GRPC';

export const isHttp2 = (protocol: Protocol): boolean => protocol === 'HTTP2' || protocol === 'GRPC';

export const isHttpOrSniffed = (protocol: Protocol): boolean => isHttp(protocol) || protocol === 'unknown';
