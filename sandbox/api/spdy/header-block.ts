// Header blocks (SPDY/3 draft, section 2.6.10): all blocks of one direction are one zlib stream with a preset
// dictionary. What is written here is that stream without compression, which every reader takes and needs no state.

import { constants, createInflate, type Inflate } from 'node:zlib';
import { dictionary } from './dictionary.ts';
import { lengthPrefixed, uint32 } from './length-prefixed.ts';

/** Names in lower case. Of several values the first. */
export type Headers = ReadonlyMap<string, string>;

export class HeaderReader {
  readonly #inflate: Inflate = createInflate({ dictionary, flush: constants.Z_SYNC_FLUSH });
  /** Zlib tells of broken bytes by an event, and leaves the write without an answer. */
  readonly #failed = new Promise<never>((_, reject) => {
    this.#inflate.on('error', reject);
  });

  constructor() {
    this.#failed.catch(() => undefined);
  }

  /** Blocks must be read in the order they came in, one at a time. @throws for broken ones */
  async read(block: Buffer): Promise<Headers> {
    const written = new Promise<void>((resolve, reject) => {
      this.#inflate.write(block, (error) => (error ? reject(error) : resolve()));
    });
    await Promise.race([written, this.#failed]);
    const chunks: Buffer[] = [];
    for (;;) {
      const chunk = this.#inflate.read() as Buffer | null;
      if (chunk === null) return parse(Buffer.concat(chunks));
      chunks.push(chunk);
    }
  }

  /** A block being read fails. */
  close(): void {
    this.#inflate.destroy(new Error('the connection is closed'));
  }
}

/** @throws RangeError when the block ends too soon */
function parse(bytes: Buffer): Headers {
  let at = 0;
  const number = (): number => {
    at += 4;
    return bytes.readUInt32BE(at - 4);
  };
  const text = (): string => {
    const length = number();
    if (at + length > bytes.length) throw new RangeError('a header block ends too soon');
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  const headers = new Map<string, string>();
  for (let left = number(); left > 0; left -= 1) {
    const name = text();
    headers.set(name.toLowerCase(), text().split('\0')[0] ?? '');
  }
  return headers;
}

/** Compression method and window, "a dictionary is needed", and the dictionary's Adler-32. */
const zlibHeader = Buffer.from([0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2]);
const storedLimit = 0xffff;
/** An empty stored block, as after a flush: Go's reader gives out nothing before it. */
const flush = Buffer.from([0, 0, 0, 0xff, 0xff]);

export class HeaderWriter {
  #begun = false;

  /** @throws RangeError for more than 64 KB */
  write(headers: Headers): Buffer {
    const pairs = [...headers].flatMap(([name, value]) => [lengthPrefixed(name), lengthPrefixed(value)]);
    const content = Buffer.concat([uint32(headers.size), ...pairs]);
    if (content.length > storedLimit) throw new RangeError('headers of more than 64 KB');
    // A stored block of deflate (RFC 1951, 3.2.4): its length, and that length inverted.
    const stored = Buffer.alloc(5);
    stored.writeUInt16LE(content.length, 1);
    stored.writeUInt16LE(storedLimit - content.length, 3);
    const start = this.#begun ? [] : [zlibHeader];
    this.#begun = true;
    return Buffer.concat([...start, stored, content, flush]);
  }
}
