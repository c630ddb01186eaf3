// `pods/<name>/portforward?ports=` over plain WebSocket messages, as @kubernetes/client-node speaks it: each port has a
// channel for its data and one for what went wrong, and both begin with the port's number (k8s.io/kubelet/pkg/cri/
// streaming/portforward, v4.channel.k8s.io). One connection for each port, which begins at once.

import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { WebSocket } from 'ws';
import type { Pod } from '../../kube/resources.ts';
import type { PodRuntime } from '../extension.ts';
import { badRequest } from '../registry/refusals.ts';

export const channelProtocol = 'v4.channel.k8s.io';

/** @throws BadRequest in the kubelet's words */
export function portsOf(query: URLSearchParams): readonly number[] {
  const texts = query.getAll('ports').flatMap((each) => each.split(','));
  if (texts.length === 0) throw badRequest('query parameter "ports" is required');
  return texts.map((text) => {
    const port = Number(text);
    if (!/^\d+$/u.test(text) || port > 65_535) {
      throw badRequest(`unable to parse ${JSON.stringify(text)} as a port`);
    }
    if (port === 0) throw badRequest(`port ${JSON.stringify(text)} must be > 0`);
    return port;
  });
}

/** Closes the WebSocket when all its connections have ended. */
export async function portForwardOverChannels(
  runtime: PodRuntime,
  pod: Pod,
  ports: readonly number[],
  client: WebSocket,
): Promise<void> {
  // ws closes the connection itself after an error.
  client.on('error', () => undefined);
  await Promise.all(ports.map((port, index) => forward(runtime, pod, port, index * 2, client)));
  client.close(1000);
}

async function forward(
  runtime: PodRuntime,
  pod: Pod,
  port: number,
  channel: number,
  client: WebSocket,
): Promise<void> {
  const send = (to: number, bytes: Buffer, done?: (error?: Error) => void): void =>
    client.send(Buffer.concat([Buffer.of(to), bytes]), done);
  const number = Buffer.alloc(2);
  number.writeUInt16LE(port);
  send(channel, number);
  send(channel + 1, number);
  const early: Buffer[] = [];
  let take = (bytes: Buffer): void => void early.push(bytes);
  client.on('message', (message: Buffer) => {
    if (message[0] === channel) take(message.subarray(1));
  });
  try {
    const socket = await runtime.connect(pod, port);
    client.once('close', () => socket.destroy());
    take = (bytes) => void socket.write(bytes);
    early.forEach(take);
    await pipeline(
      socket,
      new Writable({ write: (chunk: Buffer, _encoding, done) => send(channel, chunk, done) }),
    );
  } catch (error) {
    if (client.readyState === client.OPEN) send(channel + 1, Buffer.from((error as Error).message));
  }
}
