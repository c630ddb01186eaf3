// istiod's port 15012: xDS over gRPC with TLS. The proxies of the sandbox do not come this way, for they live in the same
// process; `istioctl proxy-status` does, with a token of a ServiceAccount and without a certificate. Tokens are not checked,
// as little as the API checks those that it gives out: whoever gets here came by the API, or is a pod.
//
// Of the types, istio.io/debug/syncz is answered. Everything else is refused by name: a whole configuration in
// protobuf, which `istioctl proxy-status POD` compares, is not written here.

import { createSecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { fieldsOf } from '../../api/protobuf/wire.ts';
import type { Credentials } from '../../api/tls/certificates.ts';
import { istioVersion } from '../../install/istio-labels.ts';
import type { ConnectedProxy } from '../../mesh/discovery.ts';
import { clientConfig, clientConfigType } from './client-config.ts';
import { GrpcCall, grpcStatus } from './grpc.ts';
import { bytesField, message, textField } from './protobuf.ts';

export interface XdsServerOptions {
  /** Name of istiod's pod, which proxy-status shows. */
  readonly instance: string;
  readonly proxies: () => readonly ConnectedProxy[];
  /** What it shows to clients, who do not look at it: istioctl trusts whatever the port-forward leads to. */
  readonly credentials: Pick<Credentials, 'certificatePem' | 'keyPem'>;
}

export interface XdsServer {
  accept(socket: Duplex): void;
  close(): void;
}

const method = '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources';
const syncz = 'istio.io/debug/syncz';

export function openXdsServer(options: XdsServerOptions): XdsServer {
  const { certificatePem: cert, keyPem: key } = options.credentials;
  const server = createSecureServer({ cert, key });
  const sockets = new Set<Duplex>();
  // Whoever hangs up in the middle is gone, and that is all.
  server.on('sessionError', () => undefined);
  server.on('tlsClientError', () => undefined);
  server.on('stream', (stream, headers) => serve(stream, headers, options));
  return {
    accept(socket) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      server.emit('connection', socket);
    },
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, options: XdsServerOptions): void {
  const answered = new Set<string>();
  const call: GrpcCall = new GrpcCall(stream, (request) => {
    const typeUrl = typeAskedFor(request);
    // The second time it says that the answer has come. (Its nonce cannot tell: istioctl's first one is the time.)
    if (answered.has(typeUrl)) return;
    answered.add(typeUrl);
    answer(call, typeUrl, options);
  });
  if (headers[':path'] !== method) {
    call.fail(grpcStatus.unimplemented, `unknown method ${headers[':path'] ?? ''}`);
  } else if (!/^Bearer \S/.test(headers.authorization ?? '')) {
    call.fail(grpcStatus.unauthenticated, 'authentication failure');
  }
}

function answer(call: GrpcCall, typeUrl: string, { instance, proxies }: XdsServerOptions): void {
  if (typeUrl !== syncz) {
    const instead = 'istioctl proxy-config shows what a proxy has';
    call.fail(
      grpcStatus.unimplemented,
      `istiod of the sandbox answers ${syncz}, and not ${typeUrl}: ${instead}`,
    );
    return;
  }
  const controlPlane = JSON.stringify({
    Component: 'istiod',
    ID: instance,
    Info: {
      version: istioVersion,
      revision: 'sandbox',
      golang_version: '',
      status: 'Clean',
      tag: istioVersion,
    },
  });
  call.send(
    message(
      textField(1, '1'),
      ...proxies().map((proxy) => bytesField(2, any(clientConfigType, clientConfig(proxy)))),
      textField(4, typeUrl),
      textField(5, '1'),
      bytesField(6, message(textField(1, controlPlane))),
    ),
  );
}

/** Of an envoy.service.discovery.v3.DiscoveryRequest. */
const typeAskedFor = (request: Buffer): string =>
  [...fieldsOf(request)].find(({ number }) => number === 4)?.bytes.toString('utf8') ?? '';

const any = (typeUrl: string, value: Buffer): Buffer => message(textField(1, typeUrl), bytesField(2, value));
