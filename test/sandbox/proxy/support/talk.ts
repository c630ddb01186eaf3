import { connect } from 'node:net';
import type { ReadRequest } from './strict-reader.ts';

export interface Answer {
  readonly status: number;
  readonly closes: boolean;
  /** The request that the app was asked. */
  readonly seen: ReadRequest | undefined;
}

/**
 * Sends the pieces on one connection, and leaves when that many answers have come and `lingerMs` are over, unless it was
 * sent away before.
 */
export function talk(
  port: number,
  pieces: readonly string[],
  expected: number,
  lingerMs = 0,
): Promise<readonly Answer[]> {
  return new Promise((resolve, reject) => {
    let text = '';
    let isSent = false;
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    const leaveWhenDone = (): void => {
      if (!isSent || answersIn(text).length < expected) return;
      if (lingerMs === 0) socket.end();
      else setTimeout(() => socket.end(), lingerMs);
    };
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      leaveWhenDone();
    });
    // A reset is one way to be sent away.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answersIn(text)));
    void (async () => {
      for (const piece of pieces) {
        if (socket.destroyed) return;
        socket.write(piece, 'latin1');
        await new Promise(setImmediate);
      }
      isSent = true;
      leaveWhenDone();
    })().catch(reject);
  });
}

/** Whole answers, without those that only say that one may go on. */
function answersIn(text: string): Answer[] {
  const answers: Answer[] = [];
  for (let at = 0; ;) {
    const end = text.indexOf('\r\n\r\n', at);
    if (end === -1) return answers;
    const head = text.slice(at, end);
    const status = Number(/^HTTP\/1\.1 (\d{3})/u.exec(head)?.[1]);
    const length = Number(/^content-length: (\d+)$/mu.exec(head)?.[1] ?? 0);
    const body = text.slice(end + 4, end + 4 + length);
    if (body.length < length) return answers;
    at = end + 4 + length;
    if (status === 100) continue;
    const seen = head.includes('\r\nx-seen: ') ? (JSON.parse(body) as ReadRequest) : undefined;
    answers.push({ status, closes: /^connection: close$/mu.test(head), seen });
  }
}
