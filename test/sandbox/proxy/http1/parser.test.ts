import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestFraming, type Framing } from '../../../../sandbox/proxy/http1/framing.ts';
import { parseRequestHead } from '../../../../sandbox/proxy/http1/head.ts';
import { MessageParser, type MessageSink } from '../../../../sandbox/proxy/http1/parser.ts';
import { runs } from '../../../support/properties.ts';

/** Collects messages as `METHOD target body`. */
class Collector implements MessageSink {
  readonly messages: string[] = [];
  #head = '';
  #body = '';

  head(text: string): Framing {
    const { method, target, headers } = parseRequestHead(text);
    this.#head = `${method} ${target}`;
    this.#body = '';
    return requestFraming(headers);
  }

  body(chunk: Buffer): void {
    this.#body += chunk.toString('latin1');
  }

  end(): void {
    this.messages.push(`${this.#head} ${this.#body}`);
  }
}

const message = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  target: fc.constantFrom('/', '/a?b=c', '/long/path'),
  framing: fc.constantFrom('none', 'length', 'chunked'),
  body: fc.string({ maxLength: 40 }).map((text) => text.replace(/[^ -~]/g, '.')),
  trailers: fc.boolean(),
});

function written({
  method,
  target,
  framing,
  body,
  trailers,
}: typeof message extends fc.Arbitrary<infer T> ? T : never): string {
  const head = `${method} ${target} HTTP/1.1\r\nHost: a\r\n`;
  if (framing === 'none') return `${head}\r\n`;
  if (framing === 'length') return `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  const half = body.length >> 1;
  const chunks = [body.slice(0, half), body.slice(half)]
    .filter((part) => part !== '')
    .map((part) => `${part.length.toString(16)};x=y\r\n${part}\r\n`)
    .join('');
  return `${head}Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n${trailers ? 'x-sum: 1\r\n' : ''}\r\n`;
}

describe('messages in a byte stream', () => {
  it('are the same however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(300)),
        (messages, cuts) => {
          const bytes = Buffer.from(messages.map(written).join(''), 'latin1');
          const collector = new Collector();
          const parser = new MessageParser(collector);
          let at = 0;
          for (const cut of cuts) {
            parser.feed(bytes.subarray(at, at + cut));
            at = Math.min(bytes.length, at + cut);
          }
          parser.feed(bytes.subarray(at));
          expect(collector.messages).toEqual(
            messages.map(
              ({ method, target, framing, body }) => `${method} ${target} ${framing === 'none' ? '' : body}`,
            ),
          );
          expect(parser.idle).toBe(true);
        },
      ),
      { numRuns: runs(300) },
    );
  });

  it('wait while held', () => {
    const collector = new Collector();
    const parser = new MessageParser(collector);
    parser.hold();
    parser.feed(Buffer.from('GET /1 HTTP/1.1\r\n\r\n'));
    expect(collector.messages).toEqual([]);
    parser.release();
    expect(collector.messages).toEqual(['GET /1 ']);
  });

  it('never crash on random bytes: an HttpError, or nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(outcome(Buffer.from(bytes))).toMatch(/^(fine|HttpError)$/);
      }),
    );
  });
});

function outcome(bytes: Buffer): string {
  try {
    new MessageParser(new Collector()).feed(bytes);
    return 'fine';
  } catch (error) {
    return error instanceof Error ? error.name : 'no error';
  }
}
