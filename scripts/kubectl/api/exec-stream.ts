// The channels of a command in a container. The first byte of a message is its channel: 0 input, 1 output, 2 errors,
// 3 the end as a Status, 255 the end of a channel.
// https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/4006-transition-spdy-to-websockets

import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { StatusError, type StatusBody } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import type { Access } from './access.ts';
import { unreachable } from './unreachable.ts';

const channel = { input: 0, output: 1, errors: 2, status: 3, close: 255 } as const;

export interface ContainerCommand {
  readonly access: Access;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly terminal: Terminal;
  /** Passes standard input on. */
  readonly withInput: boolean;
}

export interface Outcome {
  readonly exitCode: number | undefined;
  /** Why it could not be run, when it was not. */
  readonly message: string | undefined;
}

/** @throws StatusError when the API refuses, UnreachableError when it does not answer */
export function runInContainer(run: ContainerCommand): Promise<Outcome> {
  const { access, terminal, withInput } = run;
  const { headers, agent, ...tls } = access.options;
  const socket = new WebSocket(address(run), ['v5.channel.k8s.io', 'v4.channel.k8s.io'], {
    ...tls,
    headers,
    ...(agent === undefined || agent === false ? {} : { agent }),
  });
  return new Promise((resolve, reject) => {
    let outcome: Outcome | undefined;
    const stop = (): void => socket.terminate();
    terminal.signal.addEventListener('abort', stop, { once: true });
    socket.once('open', () => {
      if (withInput) forward(terminal, socket);
    });
    socket.on('message', (data: Buffer) => {
      const content = data.subarray(1);
      // Servers open each channel with an empty message.
      if (content.length === 0) return;
      if (data[0] === channel.output) terminal.out(content);
      else if (data[0] === channel.errors) terminal.err(content.toString('utf8'));
      else if (data[0] === channel.status) outcome = outcomeOf(content.toString('utf8'));
    });
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      refusal(response).then(reject, reject);
    });
    socket.once('error', (error) => reject(unreachable(error, access.server)));
    socket.once('close', (code, reason) => {
      terminal.signal.removeEventListener('abort', stop);
      const lost = `the connection was closed (${code}${reason.length > 0 ? ` ${reason.toString()}` : ''})`;
      resolve(outcome ?? { exitCode: undefined, message: lost });
    });
  });
}

function address({ access, namespace, pod, container, command, withInput }: ContainerCommand): URL {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec`;
  const url = new URL(access.server.pathname.replace(/\/$/, '') + path, access.server);
  url.protocol = access.server.protocol.replace('http', 'ws');
  url.search = new URLSearchParams([
    ['container', container],
    ...command.map((word): [string, string] => ['command', word]),
    ...(withInput ? [['stdin', 'true'] satisfies [string, string]] : []),
    ['stdout', 'true'],
    ['stderr', 'true'],
  ]).toString();
  return url;
}

function forward({ stdin }: Terminal, socket: WebSocket): void {
  const send = (...bytes: readonly Uint8Array[]): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(Buffer.concat(bytes));
  };
  stdin.on('data', (chunk: Buffer | string) => send(Buffer.of(channel.input), Buffer.from(chunk)));
  stdin.once('end', () => {
    // Before v5 there was no way to say that input has ended.
    if (socket.protocol === 'v5.channel.k8s.io') send(Buffer.of(channel.close, channel.input));
  });
  socket.once('close', () => stdin.destroy());
}

function outcomeOf(body: string): Outcome {
  const status = JSON.parse(body) as StatusBody & { readonly status?: string };
  if (status.status === 'Success') return { exitCode: 0, message: undefined };
  const code = status.details?.causes?.find(
    (cause) => 'reason' in cause && cause.reason === 'ExitCode',
  )?.message;
  return { exitCode: code === undefined ? undefined : Number(code), message: status.message };
}

async function refusal(response: IncomingMessage): Promise<StatusError> {
  const body = await text(response);
  try {
    return new StatusError(JSON.parse(body) as StatusBody);
  } catch {
    return new StatusError({
      message: body.trim() || `the server answered ${response.statusCode ?? 'nothing'}`,
    });
  }
}
