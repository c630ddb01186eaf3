// One connection of this machine to one port of a pod, over the API.

import type { Socket } from 'node:net';
import { PassThrough, Writable } from 'node:stream';
import { PortForward, type KubeConfig } from '@kubernetes/client-node';
import type { PodPort } from './targets.ts';

/** What a port-forward resolves with, as far as it is used here. */
interface Link {
  readonly readyState: number;
  addEventListener(event: 'close', listener: () => void): void;
  close(): void;
}

/** Of WebSocket: closing, or closed. */
const closing = 2;

const connectMs = 10_000;

/**
 * Resolves when both ends are connected, and rejects when the pod cannot be reached: nothing was read from the client
 * then, so that another try is possible. From then on the end of one side is the end of the other.
 */
export async function openTunnel(
  config: KubeConfig,
  { namespace, pod, port }: PodPort,
  client: Socket,
  onError: (message: string) => void,
): Promise<void> {
  const input = new PassThrough();
  const output = new Writable({
    write: (chunk: Buffer, _, done) => {
      if (client.writable) client.write(chunk, () => done());
      else done();
    },
  });
  const errors = new Writable({
    write: (chunk: Buffer, _, done) => {
      const message = chunk.toString('utf8').trim();
      if (message !== '') {
        onError(message);
        client.destroy();
      }
      done();
    },
  });
  const opening = new PortForward(config).portForward(namespace, pod, [port], output, errors, input);
  const link = await inTime(opening as unknown as Promise<Link>);
  const finish = (): void => {
    output.end(() => client.end());
  };
  link.addEventListener('close', finish);
  client.once('close', () => link.close());
  if (client.destroyed) link.close();
  else if (link.readyState >= closing) finish();
  else client.pipe(input);
}

async function inTime(opening: Promise<Link>): Promise<Link> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no connection within ${connectMs / 1000} s`)), connectMs);
  });
  try {
    return await Promise.race([opening, tooLate]);
  } catch (error) {
    // It may still come, and nobody would want it then.
    opening.then(
      (link) => link.close(),
      () => undefined,
    );
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
