import type { Headers } from './headers.ts';

/** The part of a socket that messages are written to. */
export interface ByteSink {
  write(chunk: Buffer | string, encoding?: BufferEncoding): boolean;
}

/**
 * Writes one message at a time. Small pieces wait for the next one, so that a small message leaves in one write:
 * whoever wrote calls `flush()` when nothing more comes in this turn. Back-pressure shows as the socket's
 * `writableNeedDrain`.
 */
export class MessageWriter {
  readonly #sink: ByteSink;
  #lead = '';
  #chunk: Buffer | undefined;
  #tail = '';
  #chunked = false;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** @param startLine without its line break */
  head(startLine: string, headers: Headers, isChunked: boolean): void {
    this.flush();
    const { flat } = headers;
    let text = `${startLine}\r\n`;
    for (let at = 0; at < flat.length; at += 2) text += `${flat[at]}: ${flat[at + 1]}\r\n`;
    if (isChunked) text += 'transfer-encoding: chunked\r\n';
    this.#lead = `${text}\r\n`;
    this.#chunked = isChunked;
  }

  body(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (this.#chunk !== undefined) this.flush();
    if (this.#chunked) {
      this.#lead += `${chunk.length.toString(16)}\r\n`;
      this.#tail = '\r\n';
    }
    this.#chunk = chunk;
    if (chunk.length > joinLimit) this.flush();
  }

  end(): void {
    if (this.#chunked) {
      this.#tail += '0\r\n\r\n';
      this.#chunked = false;
    }
    this.flush();
  }

  flush(): void {
    const lead = this.#lead;
    const chunk = this.#chunk;
    const tail = this.#tail;
    this.#lead = '';
    this.#chunk = undefined;
    this.#tail = '';
    if (chunk === undefined) {
      if (lead !== '' || tail !== '') this.#sink.write(lead + tail, 'latin1');
    } else if (chunk.length > joinLimit) {
      if (lead !== '') this.#sink.write(lead, 'latin1');
      this.#sink.write(chunk);
      if (tail !== '') this.#sink.write(tail, 'latin1');
    } else if (lead === '' && tail === '') {
      this.#sink.write(chunk);
    } else {
      const joined = Buffer.allocUnsafe(lead.length + chunk.length + tail.length);
      joined.write(lead, 0, 'latin1');
      joined.set(chunk, lead.length);
      joined.write(tail, lead.length + chunk.length, 'latin1');
      this.#sink.write(joined);
    }
  }
}

/** Up to this size copying a chunk between its framing is cheaper than another write. */
const joinLimit = 16 * 1024;
