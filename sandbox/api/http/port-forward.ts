// `pods/<name>/portforward`: one pair of SPDY streams per connection, `data` and `error` (k8s.io/kubelet/pkg/cri/
// streaming/portforward). The SPDY connection stands on the upgraded socket, or travels in a WebSocket (KEP-4006).

import type { Duplex } from 'node:stream';
import type { Pod } from '../../kube/resources.ts';
import type { PodRuntime } from '../extension.ts';
import { serveSpdy } from '../spdy/connection.ts';
import type { SpdyStream } from '../spdy/stream.ts';

/** What plain SPDY clients negotiate. */
export const portForwardProtocol = 'portforward.k8s.io';
/** The WebSocket subprotocol of SPDY in a tunnel: each message is the next piece of the SPDY connection. */
export const portForwardTunnel = 'SPDY/3.1+portforward.k8s.io';

/** Serves connections to the pod's ports until the client leaves. */
export async function portForward(runtime: PodRuntime, pod: Pod, transport: Duplex): Promise<void> {
  const waiting = new Map<string, SpdyStream>();
  await serveSpdy(transport, (stream) => {
    const { port, type } = headersOf(stream);
    if (!(port >= 1 && port <= 65_535)) return 'a port between 1 and 65535 is required';
    if (type !== 'data' && type !== 'error') return 'the stream type must be data or error';
    const request = requestOf(stream, type);
    const other = waiting.get(request);
    if (other === undefined) {
      waiting.set(request, stream);
      stream.once('close', () => waiting.delete(request));
      return undefined;
    }
    if (headersOf(other).type === type) return `the ${type} stream is there already`;
    waiting.delete(request);
    const [data, error] = type === 'data' ? [stream, other] : [other, stream];
    void forward(runtime, pod, port, data, error);
    return undefined;
  });
}

const headersOf = ({ headers }: SpdyStream): { readonly port: number; readonly type: string } => ({
  port: Number(headers.get('port') ?? 0),
  type: headers.get('streamtype') ?? '',
});

/** Clients of before 2015 send no id: their data stream is the next one after its error stream. */
const requestOf = ({ id, headers }: SpdyStream, type: string): string =>
  headers.get('requestid') ?? `stream ${type === 'data' ? id - 2 : id}`;

async function forward(
  runtime: PodRuntime,
  pod: Pod,
  port: number,
  data: SpdyStream,
  error: SpdyStream,
): Promise<void> {
  // Nothing comes in on it but its end.
  error.resume();
  try {
    const socket = await runtime.connect(pod, port);
    socket.on('error', () => undefined);
    data.once('close', () => socket.destroy());
    socket.once('close', () => data.end());
    data.pipe(socket);
    socket.pipe(data);
    data.once('finish', () => error.end());
  } catch (failure) {
    error.end((failure as Error).message);
    data.end();
  }
}
