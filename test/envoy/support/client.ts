import { connect } from 'node:net';

export interface RawAnswer {
  /** Status line, or what came instead of one; empty when the connection ended without an answer. */
  readonly line: string;
  readonly headers: readonly string[];
  readonly body: string;
  /** The proxy ended the connection; it is waited for only with `untilClose`. */
  readonly closed: boolean;
}

export interface SendOptions {
  /** Waits for the proxy to end the connection until it has been silent for so long, and answers all that came. */
  readonly lingerMs?: number | undefined;
  /** The client leaves after this many milliseconds. */
  readonly leaveMs?: number;
  /** Sent when the head of the answer is there. */
  readonly after?: string;
  /** The client says goodbye after that. */
  readonly half?: boolean;
}

const patienceMs = 1000;

/** Sends these bytes on a connection of their own and reads one answer. */
export function sendRaw(port: number, bytes: string, options: SendOptions = {}): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let text = '';
    let timer: NodeJS.Timeout | undefined;
    let over = false;
    const head = bytes.startsWith('HEAD ');
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: options.half === true }, () =>
      socket.write(bytes, 'latin1'),
    );
    const finish = (closed: boolean): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      socket.destroy();
      resolve(parsed(text, closed));
    };
    if (options.leaveMs !== undefined) timer = setTimeout(() => finish(false), options.leaveMs);
    const linger = (ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => finish(false), ms);
    };
    // A busy machine takes its time for the first byte.
    if (options.lingerMs !== undefined) linger(Math.max(options.lingerMs, patienceMs));
    socket.setEncoding('latin1');
    let followed = false;
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (options.lingerMs !== undefined && final(text) !== '') linger(options.lingerMs);
      if (options.after !== undefined && !followed && text.includes('\r\n\r\n')) {
        followed = true;
        socket.write(options.after, 'latin1');
        if (options.half === true) socket.end();
        return;
      }
      if (options.lingerMs === undefined && isComplete(text, head)) finish(false);
    });
    socket.on('error', () => finish(true));
    socket.on('close', () => finish(true));
  });
}

/** Skips 1xx answers, except 101. */
function final(text: string): string {
  const informational = /^HTTP\/1\.1 (?:100|102|103)[^\r]*\r\n(?:[^\r]+\r\n)*\r\n/.exec(text);
  return informational === null ? text : final(text.slice(informational[0].length));
}

function isComplete(all: string, head: boolean): boolean {
  const text = final(all);
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const status = Number(text.slice(9, 12));
  if (head || status === 204 || status === 304) return true;
  if (status === 101) return false;
  const fields = text.slice(0, end).toLowerCase();
  if (fields.includes('\r\ntransfer-encoding: chunked')) return text.endsWith('\r\n0\r\n\r\n');
  const length = /\r\ncontent-length: (\d+)/.exec(fields)?.[1];
  return length !== undefined && text.length >= end + 4 + Number(length);
}

function parsed(text: string, closed: boolean): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return { line: text, headers: [], body: '', closed };
  const informational = text.slice(0, text.length - final(text).length);
  const rest = text.slice(informational.length);
  const restEnd = rest.indexOf('\r\n\r\n');
  const [line = '', ...headers] = rest.slice(0, restEnd).split('\r\n');
  const shown = informational === '' ? line : `${informational.split('\r\n')[0]} | ${line}`;
  return { line: shown, headers, body: dechunked(rest.slice(restEnd + 4), headers), closed };
}

/** Where chunks begin is not part of the message. */
function dechunked(body: string, headers: readonly string[]): string {
  if (!headers.includes('transfer-encoding: chunked')) return body;
  let left = body;
  let result = '';
  for (;;) {
    const size = /^([\da-f]+)\r\n/i.exec(left);
    if (size === null) return `${result}<cut off>${left}`;
    const length = Number.parseInt(size[1] ?? '', 16);
    if (length === 0) return result;
    result += left.slice(size[0].length, size[0].length + length);
    left = left.slice(size[0].length + length + 2);
  }
}
