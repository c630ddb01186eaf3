// `pods/<name>/exec` over WebSocket (k8s.io/apimachinery/pkg/util/remotecommand: v5.channel.k8s.io, v4.channel.k8s.io).
// Every message begins with its channel's number. Not there: v1 to v3 with their bare-text errors.

import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Pod } from '../../kube/resources.ts';
import { StatusError } from '../../kube/status-error.ts';
import type { ExecOptions, PodRuntime } from '../extension.ts';
import { badRequest } from '../registry/refusals.ts';
import { containerOf } from './container-of.ts';
import { isTrue } from './respond.ts';

const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 } as const;
export const execProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/**
 * In milliseconds, of the machine's own time: kubectl 1.30 to 1.33 takes messages before it has made the streams that they
 * are for, and drops them with a line on stderr (kubernetes/kubernetes#131189). A kubelet is a network away.
 */
const untilStreamsMs = 20;

export interface ExecRequest {
  readonly container: string;
  readonly command: readonly string[];
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/** What the query asks to run. @throws BadRequest */
export function execRequest(query: URLSearchParams, pod: Pod): ExecRequest {
  const command = query.getAll('command');
  if (command.length === 0) throw badRequest('you must specify at least 1 command for the container');
  const container = containerOf(pod, query.get('container'));
  const asked = (name: string): boolean => isTrue(query.get(name));
  return {
    container,
    command,
    tty: asked('tty'),
    stdin: asked('stdin'),
    stdout: asked('stdout'),
    stderr: asked('stderr'),
  };
}

/** Runs the command on an accepted WebSocket; the exit code goes out on the error channel. */
export async function exec(
  runtime: PodRuntime,
  pod: Pod,
  request: ExecRequest,
  client: WebSocket,
  closing: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  const end = (): void => gone.abort(new Error('the client left'));
  client.on('close', end);
  // ws closes the connection itself after an error.
  client.on('error', end);
  const leave = (): void => {
    end();
    client.terminate();
  };
  closing.addEventListener('abort', leave, { once: true });
  const input = new PassThrough();
  input.on('error', () => undefined);
  client.on('message', (data: Buffer) => receive(data, input));
  const send = (channel: number, chunk: Buffer | string): void => {
    if (client.readyState === client.OPEN)
      client.send(Buffer.concat([Buffer.of(channel), Buffer.from(chunk)]));
  };
  await pause(untilStreamsMs);
  if (!gone.signal.aborted) {
    // Clients wait for these to know that the streams stand.
    for (const channel of [channels.stdout, channels.stderr, channels.error]) send(channel, '');
    const status = await execStatus(runtime, pod, request, {
      stdin: request.stdin ? (input as AsyncIterable<Buffer>) : undefined,
      stdout: (chunk) => send(channels.stdout, chunk),
      stderr: (chunk) => send(request.tty ? channels.stdout : channels.stderr, chunk),
      signal: gone.signal,
    });
    send(channels.error, JSON.stringify(status));
  }
  closing.removeEventListener('abort', leave);
  input.destroy();
  client.close(1000);
}

function receive(data: Buffer, input: PassThrough): void {
  const [channel, closed] = data;
  if (channel === channels.stdin) input.write(data.subarray(1));
  // v5: the client has no more input.
  else if (channel === channels.close && closed === channels.stdin) input.end();
}

/** Runs the command, and says how it ended as a Status. */
export function execStatus(
  runtime: PodRuntime,
  pod: Pod,
  { container, command, tty }: ExecRequest,
  streams: Pick<ExecOptions, 'stdin' | 'stdout' | 'stderr' | 'signal'>,
): Promise<unknown> {
  return runtime.exec(pod, { container, command, tty, ...streams }).then(exitStatus, failureStatus);
}

function exitStatus(code: number): unknown {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

function failureStatus(error: unknown): unknown {
  const refusal =
    error instanceof StatusError
      ? error
      : new StatusError('InternalError', `error executing command in container: ${(error as Error).message}`);
  return refusal.toStatus();
}
