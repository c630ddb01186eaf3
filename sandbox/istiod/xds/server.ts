// istiod's ports 15012 and 15010: xDS over gRPC, with TLS and without. The proxies of the sandbox do not come this way, for they live in the same
// process; `istioctl proxy-status` does, with a token of a ServiceAccount and without a certificate. Tokens are not checked,
// as little as the API checks those that it gives out: whoever gets here came by the API, or is a pod.
//
// Of the types, those of istiod's debugging are answered: istio.io/debug/syncz, istio.io/debug/config_dump, and
// istio.io/debug. Everything else is refused by name.

import {
  createSecureServer,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Duplex } from 'node:stream';
import { fieldsOf } from '../../api/protobuf/wire.ts';
import type { Credentials } from '../../api/tls/certificates.ts';
import { istioVersion } from '../../install/istio-labels.ts';
import { answerDebug, sentDump, type DebugSources } from '../debug.ts';
import { proxyId } from '../identity.ts';
import { clientConfig, clientConfigType } from './client-config.ts';
import { encodeAny } from './encode.ts';
import { GrpcCall, grpcStatus } from './grpc.ts';
import { bytesField, message, textField } from './protobuf.ts';

export interface XdsServerOptions {
  /** Name of istiod's pod, which proxy-status shows. */
  readonly instance: string;
  readonly sources: DebugSources;
  /** What it shows to clients, who do not look at it: istioctl trusts whatever the port-forward leads to. */
  readonly credentials: Pick<Credentials, 'certificatePem' | 'keyPem'>;
}

export interface XdsServer {
  accept(socket: Duplex): void;
  /** Of whoever comes this way nobody knows who it is. */
  acceptPlain(socket: Duplex): void;
  close(): void;
}

const method = '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources';
const syncz = 'istio.io/debug/syncz';
const dump = 'istio.io/debug/config_dump';
const debug = 'istio.io/debug';

export function openXdsServer(options: XdsServerOptions): XdsServer {
  const { certificatePem: cert, keyPem: key } = options.credentials;
  const secure = createSecureServer({ cert, key });
  const plain = createServer();
  const sockets = new Set<Duplex>();
  for (const server of [secure, plain]) {
    // Whoever hangs up in the middle is gone, and that is all.
    server.on('sessionError', () => undefined);
    server.on('tlsClientError', () => undefined);
    server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) =>
      serve(stream, headers, { ...options, authenticated: server === secure }),
    );
  }
  const enter = (server: typeof secure | typeof plain, socket: Duplex): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    server.emit('connection', socket);
  };
  return {
    accept: (socket) => enter(secure, socket),
    acceptPlain: (socket) => enter(plain, socket),
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

interface ServeOptions extends XdsServerOptions {
  readonly authenticated: boolean;
}

function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, options: ServeOptions): void {
  const answered = new Set<string>();
  const call: GrpcCall = new GrpcCall(stream, (request) => {
    const { typeUrl, names } = asked(request);
    // The second time it says that the answer has come. (Its nonce cannot tell: istioctl's first one is the time.)
    if (answered.has(typeUrl)) return;
    answered.add(typeUrl);
    answer(call, typeUrl, names, options);
  });
  if (headers[':path'] !== method) {
    call.fail(grpcStatus.unimplemented, `unknown method ${headers[':path'] ?? ''}`);
  } else if (options.authenticated && !/^Bearer \S/.test(headers.authorization ?? '')) {
    call.fail(grpcStatus.unauthenticated, 'authentication failure');
  }
}

function answer(
  call: GrpcCall,
  typeUrl: string,
  names: readonly string[],
  { instance, sources, authenticated }: ServeOptions,
): void {
  const [name] = names;
  if (typeUrl === syncz) {
    const resources = sources.proxies().map((proxy) => any(clientConfigType, clientConfig(proxy)));
    call.send(response({ typeUrl, instance, resources }));
  } else if (typeUrl === dump) {
    const proxy = names.length === 1 ? sources.proxies().find((each) => proxyId(each) === name) : undefined;
    // Istio answers with nothing too, and istioctl says what that means.
    const resources = proxy === undefined ? [] : sentDump(proxy).configs.map(encodeAny);
    call.send(response({ typeUrl, instance, resources }));
  } else if (typeUrl !== debug) {
    call.fail(
      grpcStatus.unimplemented,
      `istiod of the sandbox answers ${debug}, ${syncz} and ${dump}, and not ${typeUrl}`,
    );
  } else if (!authenticated) {
    call.fail(grpcStatus.unauthenticated, 'authentication required');
  } else if (name === undefined || names.length > 1) {
    call.fail(grpcStatus.invalidArgument, 'exactly one debug request is required');
  } else {
    // A page that is not there is an answer too: istioctl looks for it in the text, and asks for the list.
    const page = any(debug, Buffer.from(answerDebug(name, sources).body));
    call.send(response({ typeUrl, instance, resources: [page] }));
  }
}

interface Response {
  readonly typeUrl: string;
  readonly instance: string;
  readonly resources: readonly Buffer[];
}

/** An envoy.service.discovery.v3.DiscoveryResponse. */
function response({ typeUrl, instance, resources }: Response): Buffer {
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
  return message(
    textField(1, '1'),
    ...resources.map((resource) => bytesField(2, resource)),
    textField(4, typeUrl),
    textField(5, '1'),
    bytesField(6, message(textField(1, controlPlane))),
  );
}

/** What an envoy.service.discovery.v3.DiscoveryRequest is for. */
function asked(request: Buffer): { readonly typeUrl: string; readonly names: readonly string[] } {
  const fields = [...fieldsOf(request)];
  const texts = (wanted: number): readonly string[] =>
    fields.filter(({ number }) => number === wanted).map(({ bytes }) => bytes.toString('utf8'));
  return { typeUrl: texts(4)[0] ?? '', names: texts(3) };
}

const any = (typeUrl: string, value: Buffer): Buffer => message(textField(1, typeUrl), bytesField(2, value));
