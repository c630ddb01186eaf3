// Another reader of requests than the proxy's, by the letter of RFC 9112: it gives up at the first byte that two readers
// could take for different things.

export interface ReadRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface Reading {
  /** Whole ones, in order. */
  readonly requests: readonly ReadRequest[];
  /** What follows them: nothing, something that never becomes a request, or something that may. */
  readonly rest: 'none' | 'broken' | 'unfinished';
}

/** Of all that came on one connection. */
export function readStrictly(bytes: string): Reading {
  const requests: ReadRequest[] = [];
  for (let at = 0; ;) {
    while (bytes.startsWith('\r\n', at)) at += 2;
    const headEnd = bytes.indexOf('\r\n\r\n', at);
    if (headEnd === -1) return { requests, rest: at === bytes.length ? 'none' : 'unfinished' };
    const head = readHead(bytes.slice(at, headEnd));
    if (head === undefined) return { requests, rest: 'broken' };
    const { method, path, length, isLast } = head;
    const read =
      length === 'chunked' ? readChunks(bytes, headEnd + 4) : readBytes(bytes, headEnd + 4, length);
    if (typeof read === 'string') return { requests, rest: read };
    requests.push({ method, path, body: read.body });
    if (isLast) return { requests, rest: 'none' };
    at = read.end;
  }
}

const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const requestLine = new RegExp(`^(GET|POST) (?:http://[^/]+)?(/[!-~]*) HTTP/1\\.1$`, 'u');
const fieldLine = new RegExp(`^(${token}):[ \\t]*([^\\0-\\x08\\n-\\x1f\\x7f]*?)[ \\t]*$`, 'u');

interface Head {
  readonly method: string;
  readonly path: string;
  readonly length: number | 'chunked';
  /** The client wants the connection to end after it. */
  readonly isLast: boolean;
}

function readHead(text: string): Head | undefined {
  const [first = '', ...lines] = text.split('\r\n');
  const [, method, path] = requestLine.exec(first) ?? [];
  const fields = readFields(lines);
  if (method === undefined || path === undefined || fields === undefined) return undefined;
  const values = (name: string): string[] =>
    fields.filter(([each]) => each === name).map(([, value]) => value);
  const lengths = values('content-length');
  const codings = values('transfer-encoding');
  if (values('host').length !== 1 || lengths.length + codings.length > 1) return undefined;
  const [length = '0'] = lengths;
  const [coding = 'chunked'] = codings;
  if (!/^\d+$/u.test(length) || coding.toLowerCase() !== 'chunked') return undefined;
  return {
    method,
    path,
    length: codings.length === 0 ? Number(length) : 'chunked',
    isLast: values('connection').includes('close'),
  };
}

function readFields(lines: readonly string[]): (readonly [name: string, value: string])[] | undefined {
  const fields = lines.map((line) => fieldLine.exec(line));
  if (fields.includes(null)) return undefined;
  return fields.map((field) => [field?.[1]?.toLowerCase() ?? '', field?.[2] ?? '']);
}

type Body = { readonly body: string; readonly end: number } | 'unfinished' | 'broken';

const readBytes = (bytes: string, at: number, length: number): Body =>
  bytes.length - at < length ? 'unfinished' : { body: bytes.slice(at, at + length), end: at + length };

function readChunks(bytes: string, start: number): Body {
  let body = '';
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return 'unfinished';
    const size = /^([\da-fA-F]{1,8})[ \t]*(?:;[\t -~]*)?$/u.exec(bytes.slice(at, lineEnd))?.[1];
    if (size === undefined) return 'broken';
    const length = Number.parseInt(size, 16);
    at = lineEnd + 2;
    if (length === 0) return readTrailers(bytes, at, body);
    const chunk = readBytes(bytes, at, length + 2);
    if (typeof chunk === 'string') return chunk;
    if (!chunk.body.endsWith('\r\n')) return 'broken';
    body += chunk.body.slice(0, -2);
    at = chunk.end;
  }
}

function readTrailers(bytes: string, at: number, body: string): Body {
  if (bytes.startsWith('\r\n', at)) return { body, end: at + 2 };
  const end = bytes.indexOf('\r\n\r\n', at);
  if (end === -1) return 'unfinished';
  return readFields(bytes.slice(at, end).split('\r\n')) === undefined ? 'broken' : { body, end: end + 4 };
}
