// One of the six ports: every connection gets a tunnel of its own to a pod that is ready.

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiMessage } from '../../../cluster/api-error.ts';
import type { ClusterClient } from '../../../cluster/client.ts';
import { resolveTarget, type ForwardTarget, type Resolved } from './targets.ts';
import { openTunnel } from './tunnel.ts';

export interface ListenerOptions {
  readonly cluster: ClusterClient;
  readonly target: ForwardTarget;
  /** Of 127.0.0.1; 0 takes any. */
  readonly port: number;
  readonly log: (line: string) => void;
  /** How long a connection waits for a pod to become ready. @default 10_000 */
  readonly patienceMs?: number;
}

export interface Listener extends AsyncDisposable {
  readonly port: number;
}

/** Pods come and go: what was found is looked up again after so long, or when it was wrong. */
const freshMs = 1000;
const retryMs = 200;

export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { port, log } = options;
  const clients = new Set<Socket>();
  const find = remembering(options);
  // A client may have ended its half when it has asked, and still waits for the answer.
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    client.on('error', () => client.destroy());
    serve(client, find, options).catch((error: unknown) => {
      log(`${nameOf(options.target)}: ${apiMessage(error)}`);
      refuse(client, `The cluster does not answer: ${apiMessage(error)}`);
    });
  });
  server.listen({ port, host: '127.0.0.1', exclusive: true });
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

const nameOf = ({ namespace, service }: ForwardTarget): string => `${namespace}/${service}`;

interface Finder {
  find(): Promise<Resolved>;
  forget(): void;
}

function remembering({ cluster, target }: ListenerOptions): Finder {
  let known: Promise<Resolved> | undefined;
  let until = 0;
  const forget = (): void => {
    known = undefined;
  };
  return {
    forget,
    async find() {
      if (known === undefined || Date.now() > until) {
        until = Date.now() + freshMs;
        known = resolveTarget(cluster, target, (count) => Math.floor(Math.random() * count));
        known.catch(forget);
      }
      return known;
    },
  };
}

async function serve(client: Socket, finder: Finder, options: ListenerOptions): Promise<void> {
  const { cluster, target, log, patienceMs = 10_000 } = options;
  const deadline = Date.now() + patienceMs;
  while (!client.destroyed) {
    const resolved = await finder.find();
    if (resolved.kind === 'absent') {
      refuse(client, `This cluster has no Service ${target.service} in the namespace ${target.namespace}`);
      return;
    }
    if (resolved.kind === 'found') {
      try {
        await openTunnel(cluster.config, resolved.to, client, (message) => {
          log(`${nameOf(target)}: ${message}`);
        });
        return;
      } catch (error) {
        const { message } = error as { message?: string };
        log(`${nameOf(target)}: pod ${resolved.to.pod} cannot be reached: ${message ?? ''}`);
      }
    }
    finder.forget();
    if (Date.now() > deadline) {
      refuse(client, `No pod of ${nameOf(target)} is ready`);
      return;
    }
    await sleep(retryMs);
  }
}

/** In the words of HTTP, which is what these ports are for. */
function refuse(client: Socket, sentence: string): void {
  const body = `${sentence}\n`;
  const head = [
    'HTTP/1.1 503 Service Unavailable',
    'content-type: text/plain; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  // Unread bytes would make the end of the connection a reset, which takes the answer with it.
  client.resume();
  client.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
