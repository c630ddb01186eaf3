// `pods/<name>/exec` over SPDY: one stream each for standard input, output and errors, the terminal's size, and the
// status at the end (v4.channel.k8s.io of k8s.io/client-go/tools/remotecommand).

import type { Duplex } from 'node:stream';
import type { Pod } from '../../kube/resources.ts';
import type { PodRuntime } from '../extension.ts';
import { serveSpdy } from '../spdy/connection.ts';
import type { SpdyStream } from '../spdy/stream.ts';
import { execStatus, type ExecRequest } from './exec.ts';

/** The protocol whose status is an object; those before it have text. */
export const spdyExecProtocols = ['v4.channel.k8s.io'];

/** Runs the command when the client has opened every stream it asked for. */
export async function execOverSpdy(
  runtime: PodRuntime,
  pod: Pod,
  request: ExecRequest,
  transport: Duplex,
): Promise<void> {
  const gone = new AbortController();
  const expected = streamsOf(request);
  const streams = new Map<string, SpdyStream>();
  await serveSpdy(transport, (stream) => {
    const type = stream.headers.get('streamtype') ?? '';
    if (!expected.includes(type) || streams.has(type))
      return `unexpected stream type ${JSON.stringify(type)}`;
    streams.set(type, stream);
    if (streams.size === expected.length) void run(runtime, pod, request, streams, transport, gone.signal);
    return undefined;
  });
  gone.abort(new Error('the client left'));
}

const streamsOf = ({ stdin, stdout, stderr, tty }: ExecRequest): readonly string[] => [
  'error',
  ...(stdin ? ['stdin'] : []),
  ...(stdout ? ['stdout'] : []),
  ...(stderr && !tty ? ['stderr'] : []),
  ...(tty ? ['resize'] : []),
];

async function run(
  runtime: PodRuntime,
  pod: Pod,
  request: ExecRequest,
  streams: ReadonlyMap<string, SpdyStream>,
  transport: Duplex,
  signal: AbortSignal,
): Promise<void> {
  for (const [type, stream] of streams) if (type !== 'stdin') stream.resume();
  const output = streams.get('stdout');
  const errors = request.tty ? output : streams.get('stderr');
  const status = await execStatus(runtime, pod, request, {
    stdin: streams.get('stdin'),
    stdout: (chunk) => output?.write(chunk),
    stderr: (chunk) => errors?.write(chunk),
    signal,
  });
  streams.get('error')?.write(JSON.stringify(status));
  const ended = [...streams.values()].map(
    (stream) =>
      new Promise<void>((resolve) => {
        if (stream.destroyed) resolve();
        stream.once('close', resolve);
        stream.end(() => resolve());
      }),
  );
  await Promise.all(ended);
  transport.end();
}
