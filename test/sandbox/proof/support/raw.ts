import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { patienceMs } from '../../../support/patience.ts';
import type { ApiAccess } from './api.ts';

/** Where raw bytes go: the gateway's port in plain text, or the API's port inside TLS. */
export type Door = () => Promise<Socket>;

export const gatewayDoor =
  (port: number): Door =>
  () =>
    opened(connectTcp(port, '127.0.0.1'), 'connect');

export const apiDoor =
  ({ port, ca }: ApiAccess): Door =>
  () =>
    opened(connectTls({ port, host: '127.0.0.1', ca }), 'secureConnect');

function opened(socket: Socket, event: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once(event, () => {
      socket.off('error', reject);
      // A reset is one way to refuse bytes.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

export interface Outcome {
  /** What came back, as latin1; `''` when there was no answer. */
  readonly text: string;
  /** Whether the server ended the connection. */
  readonly closed: boolean;
}

/**
 * Sends the pieces with a pause between them, then reads until a whole status line and head are there, the server
 * closes, or patience ends; `half` says goodbye after the last piece, as a client that left does.
 */
export async function exchange(
  door: Door,
  pieces: readonly (string | Buffer)[],
  { pauseMs = 0, half = false } = {},
): Promise<Outcome> {
  const socket = await door();
  return new Promise((resolve) => {
    let text = '';
    const finish = (closed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, closed });
    };
    const timer = setTimeout(() => finish(false), patienceMs);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.includes('\r\n\r\n')) finish(false);
    });
    socket.once('close', () => finish(true));
    void (async () => {
      for (const piece of pieces) {
        if (socket.destroyed) return;
        socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
        if (pauseMs > 0) await new Promise((wait) => setTimeout(wait, pauseMs));
      }
      if (half) socket.end();
    })();
  });
}

export const statusOf = ({ text }: Outcome): number => Number(/^HTTP\/1\.[01] (\d{3})/u.exec(text)?.[1] ?? 0);
