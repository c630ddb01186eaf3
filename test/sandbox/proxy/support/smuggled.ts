// Connections full of requests whose ends can be read in more than one way, with requests hidden in their bodies.

import * as fc from 'fast-check';

/** The bytes that go over one connection, in the pieces that they are written in. */
export function smuggled(): fc.Arbitrary<readonly string[]> {
  const message = fc.oneof({ weight: 2, arbitrary: plain() }, { weight: 3, arbitrary: crooked() });
  const messages = fc.array(message, { minLength: 1, maxLength: 3 });
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 });
  return fc
    .tuple(messages, fc.constantFrom(...afters), cuts)
    .map(([all, after, at]) => pieces(all.map((each) => written(each)).join('') + after, at));
}

const hiddenRequest = 'GET /hidden HTTP/1.1\r\nHost: web\r\nX-Hidden: ';
const afters = ['', '', '\r\n', '\n', 'garbage\r\n\r\n', '\0', '0\r\n\r\n', hiddenRequest];

interface Message {
  readonly path: string;
  readonly body: string;
  readonly line: (path: string) => string;
  readonly host: readonly string[];
  readonly framing: readonly Field[];
  /** How a chunk begins and ends, and what comes after the last: undefined where the body is not in chunks. */
  readonly chunks: readonly [size: (size: string) => string, end: string, last: string] | undefined;
}

/** Given the length of what follows the head. */
type Field = (length: string) => string;

type Twist = (message: Message) => Message;

/** As most clients send it. */
function plain(): fc.Arbitrary<Message> {
  const line = (path: string): string => `POST ${path} HTTP/1.1\r\n`;
  const base = { line, host: ['Host: web'] };
  const byLength = { ...base, framing: [(length: string) => `Content-Length: ${length}`], chunks: undefined };
  const inChunks = {
    ...base,
    framing: [() => 'Transfer-Encoding: chunked'],
    chunks: [(size: string) => `${size}\r\n`, '\r\n', '0\r\n\r\n'] as const,
  };
  return fc
    .record({
      path: fc.integer({ min: 0, max: 99 }).map((count) => `/seen/${count}`),
      body: fc.constantFrom(...bodies),
      shape: fc.constantFrom(byLength, inChunks),
    })
    .map(({ path, body, shape }) => ({ path, body, ...shape }));
}

const bodies = [
  '',
  'a',
  'body',
  `${hiddenRequest}\r\n\r\n`,
  hiddenRequest,
  `0\r\n\r\n${hiddenRequest}\r\n\r\n`,
];

/** With something in it that another reader might take in another way. */
function crooked(): fc.Arbitrary<Message> {
  const twist: fc.Arbitrary<Twist> = fc.oneof(
    fc.constantFrom(...requestLines).map((line): Twist => (message) => ({ ...message, line })),
    fc.constantFrom(...hosts).map((host): Twist => (message) => ({ ...message, host })),
    fc.constantFrom(...lengths).map(instead(false)),
    fc.constantFrom(...codings).map(instead(true)),
    fc.tuple(fc.constantFrom(...lengths, ...codings, ...bystanders), fc.boolean()).map(beside),
    fc.constantFrom(...sizes).map(inChunks((size, [, end, last]) => [size, end, last])),
    fc.constantFrom(...chunkEnds).map(inChunks((end, [size, , last]) => [size, end, last])),
    fc.constantFrom(...lasts).map(inChunks((last, [size, end]) => [size, end, last])),
  );
  const twists = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(twist) },
    { weight: 1, arbitrary: fc.tuple(twist, twist) },
  );
  return fc
    .tuple(plain(), twists)
    .map(([message, all]) => all.reduce((crookedSoFar, each) => each(crookedSoFar), message));
}

const instead =
  (isCoding: boolean) =>
  (field: Field): Twist =>
  (message) =>
    (message.chunks !== undefined) === isCoding ? { ...message, framing: [field] } : message;

const beside =
  ([field, isFirst]: [Field, boolean]): Twist =>
  (message) => ({ ...message, framing: isFirst ? [field, ...message.framing] : [...message.framing, field] });

const inChunks =
  <T>(change: (value: T, chunks: NonNullable<Message['chunks']>) => NonNullable<Message['chunks']>) =>
  (value: T): Twist =>
  (message) =>
    message.chunks === undefined ? message : { ...message, chunks: change(value, message.chunks) };

function written({ path, body, line, host, framing, chunks }: Message): string {
  let content = body;
  if (chunks !== undefined) {
    const [size, end, last] = chunks;
    content = `${body === '' ? '' : `${size(body.length.toString(16))}${body}${end}`}${last}`;
  }
  const fields = [...host, ...framing.map((field) => field(String(content.length)))];
  return `${line(path)}${fields.map((field) => `${field}\r\n`).join('')}\r\n${content}`;
}

const requestLines: readonly ((path: string) => string)[] = [
  (to) => `GET ${to} HTTP/1.1\r\n`,
  (to) => `POST http://web${to} HTTP/1.1\r\n`,
  (to) => `POST http://other:8080${to} HTTP/1.1\r\n`,
  (to) => `POST  ${to} HTTP/1.1\r\n`,
  (to) => `POST\t${to} HTTP/1.1\r\n`,
  (to) => `POST ${to} HTTP/1.1 \r\n`,
  (to) => `POST ${to} HTTP/1.1\n`,
  (to) => `POST ${to} HTTP/1.0\r\n`,
  (to) => `POST ${to} HTTP/1.1\rX: `,
  (to) => `POST ${to}\0 HTTP/1.1\r\n`,
  (to) => `POST ${to}\r\n`,
  (to) => `post ${to} HTTP/1.1\r\n`,
  (to) => `\r\n\r\nPOST ${to} HTTP/1.1\r\n`,
  (to) => ` POST ${to} HTTP/1.1\r\n`,
  (to) => `POST ${to} HTTP/1.1\r\n \r\n`,
];

const hosts: readonly (readonly string[])[] = [
  ['hOsT:web'],
  ['Host: web', 'Host: web'],
  ['Host: web', 'Host: other'],
  ['Host : web'],
  [' Host: web'],
  ['Host: web\0'],
  ['Host: web\n'],
  ['X: a', ' Host: web'],
  [],
];

const lengths: readonly Field[] = [
  (length) => `Content-Length: ${length}`,
  (length) => `content-length:\t${length} \t`,
  (length) => `Content-Length: 000${length}`,
  () => 'Content-Length: 0',
  () => 'Content-Length: 3',
  (length) => `Content-Length: ${length}0`,
  (length) => `Content-Length: +${length}`,
  (length) => `Content-Length: -${length}`,
  (length) => `Content-Length: 0x${length}`,
  (length) => `Content-Length: ${length}, ${length}`,
  (length) => `Content-Length: ${length},0`,
  (length) => `Content-Length: ${length} 0`,
  (length) => `Content-Length: ${length}.0`,
  (length) => `Content-Length: "${length}"`,
  (length) => `Content-Length: \x0b${length}`,
  (length) => `Content-Length: ${length}\0`,
  (length) => `Content-Length : ${length}`,
  (length) => `Content-Length\0: ${length}`,
  (length) => ` Content-Length: ${length}`,
  (length) => `Content-Length:\r\n ${length}`,
  (length) => `Content_Length: ${length}`,
  (length) => `X: a\nContent-Length: ${length}`,
  (length) => `X: a\rContent-Length: ${length}`,
  () => 'Content-Length:',
  () => 'Content-Length: 18446744073709551617',
];

const codings: readonly Field[] = [
  () => 'Transfer-Encoding: chunked',
  () => 'transfer-encoding:CHUNKED',
  () => 'Transfer-Encoding:\tchunked\t',
  () => 'Transfer-Encoding: chunked, chunked',
  () => 'Transfer-Encoding: chunked,',
  () => 'Transfer-Encoding: identity',
  () => 'Transfer-Encoding: identity, chunked',
  () => 'Transfer-Encoding: chunked, identity',
  () => 'Transfer-Encoding: gzip, chunked',
  () => 'Transfer-Encoding: chunked;q=1',
  () => 'Transfer-Encoding: "chunked"',
  () => 'Transfer-Encoding: xchunked',
  () => 'Transfer-Encoding: \x0bchunked',
  () => 'Transfer-Encoding: chunked\0',
  () => 'Transfer-Encoding: chun\u212aed'.replace('\u212a', '\xe2\x84\xaa'),
  () => 'Transfer-Encoding : chunked',
  () => 'Transfer-Encoding\t: chunked',
  () => ' Transfer-Encoding: chunked',
  () => 'Transfer-Encoding:\r\n chunked',
  () => 'Transfer_Encoding: chunked',
  () => 'X: a\nTransfer-Encoding: chunked',
  () => 'X: a\rTransfer-Encoding: chunked',
  () => 'Transfer-Encoding:',
];

/** What says nothing of the message's end, or should not. */
const bystanders: readonly Field[] = [
  () => 'TE: trailers, chunked',
  () => 'Connection: content-length',
  () => 'Connection: transfer-encoding',
  () => 'Connection: keep-alive',
  () => 'Connection: close',
  () => 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__',
  () => 'Trailer: Content-Length',
  () => 'Expect: 100-continue',
  () => 'X: Content-Length: 5',
  () => 'X:',
];

const sizes: readonly ((size: string) => string)[] = [
  (size) => `${size};a=b\r\n`,
  (size) => `${size} ;a="b;c"\r\n`,
  (size) => `000${size}\r\n`,
  (size) => `${size.toUpperCase()}\r\n`,
  (size) => `${size}\n`,
  (size) => `${size};a\nb\r\n`,
  (size) => `${size};a="\r\n"\r\n`,
  (size) => `${size}\r`,
  (size) => `0x${size}\r\n`,
  (size) => `+${size}\r\n`,
  (size) => `-${size}\r\n`,
  (size) => ` ${size}\r\n`,
  (size) => `${size} 0\r\n`,
  (size) => `${size},0\r\n`,
  (size) => `${size}\0\r\n`,
  (size) => `1000000000000000${size}\r\n`,
  (size) => `1${size}\r\n`,
  () => '1\r\n',
  () => '\r\n',
  () => 'zz\r\n',
];

const chunkEnds = ['\n', '', '\r', 'xx', 'x\r\n', '\r\n\r\n'];

const lasts = [
  '00\r\n\r\n',
  '0;a=b\r\n\r\n',
  '0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
  '0\r\nHost: other\r\n\r\n',
  '0\r\nx y: 1\r\n\r\n',
  '0\r\n x\r\n\r\n',
  '0\n\n',
  '0\r\n\n',
  '0\r\n\r',
  '0\r\n',
  '-0\r\n\r\n',
  '',
];

function pieces(bytes: string, cuts: readonly number[]): string[] {
  const at = [
    0,
    ...cuts.map((cut) => Math.floor(cut * bytes.length)).toSorted((a, b) => a - b),
    bytes.length,
  ];
  return at
    .slice(1)
    .map((end, index) => bytes.slice(at[index], end))
    .filter((piece) => piece !== '');
}
