// A call of xDS over gRPC, from the client's side.

import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import { fieldsOf } from '../../../../sandbox/api/protobuf/wire.ts';
import { bytesField, message, textField } from '../../../../sandbox/istiod/xds/protobuf.ts';

export class Call {
  readonly #stream: ReturnType<ClientHttp2Session['request']>;
  readonly #status: Promise<[string | undefined, string | undefined]>;
  readonly #message: Promise<Buffer>;
  received = 0;

  constructor(session: ClientHttp2Session, headers: Record<string, string>) {
    const path = '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources';
    const contentType = { 'content-type': 'application/grpc' };
    this.#stream = session.request({ ':method': 'POST', ':path': path, ...contentType, ...headers });
    this.#status = new Promise((resolve, reject) => {
      this.#stream.once('trailers', (trailers: IncomingHttpHeaders) => {
        const said = trailers['grpc-message'];
        resolve([
          String(trailers['grpc-status']),
          said === undefined ? undefined : decodeURIComponent(String(said)),
        ]);
      });
      this.#stream.once('error', reject);
    });
    this.#message = new Promise((resolve) => {
      this.#stream.on('data', (chunk: Buffer) => {
        this.received += 1;
        resolve(chunk.subarray(5));
      });
    });
  }

  ask(typeUrl: string, nonce: string, ...names: readonly string[]): void {
    const node = bytesField(2, message(textField(1, 'istioctl')));
    const wanted = names.map((name) => textField(3, name));
    this.write(frame(message(node, ...wanted, textField(4, typeUrl), textField(5, nonce))));
  }

  write(bytes: Buffer): void {
    this.#stream.write(bytes);
  }

  end(): void {
    this.#stream.end();
  }

  message(): Promise<Buffer> {
    return this.#message;
  }

  status(): Promise<[string | undefined, string | undefined]> {
    return this.#status;
  }
}

export function frame(bytes: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** Number → values, of the fields that have bytes. */
export function fields(bytes: Buffer): ReadonlyMap<number, readonly Buffer[]> {
  const found = new Map<number, Buffer[]>();
  for (const field of fieldsOf(bytes))
    found.set(field.number, [...(found.get(field.number) ?? []), field.bytes]);
  return found;
}

export const textsOf = (all: ReadonlyMap<number, readonly Buffer[]>, number: number): readonly string[] =>
  (all.get(number) ?? []).map((bytes) => bytes.toString('utf8'));
