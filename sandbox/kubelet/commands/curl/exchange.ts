// One request and its answer, with curl's verdict on everything that can go wrong between them.

import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Clock, Timer } from '../../../clock/clock.ts';
import { CurlError } from './curl-error.ts';
import type { Plan } from './plan.ts';
import type { Connecting, CurlSession } from './session.ts';
import type { Target } from './target.ts';

export interface ExchangeOptions {
  readonly session: CurlSession;
  readonly target: Target;
  readonly plan: Plan;
  readonly clock: Clock;
  /** When the transfer began, and how long it and its connecting may take; milliseconds. */
  readonly beganAt: number;
  readonly limitMs: number | undefined;
  readonly connectLimitMs: number | undefined;
  readonly signal: AbortSignal;
  /** The head of the answer, as received. */
  readonly head: (response: IncomingMessage) => void;
  readonly body: (chunk: Buffer) => void;
  /** A connection is there, and this head is sent on it. */
  readonly sent: (text: string, connecting: Connecting) => void;
}

export interface Exchange {
  readonly response: IncomingMessage;
  readonly connecting: Connecting;
  readonly connectedAt: number;
  readonly firstByteAt: number;
}

/** @throws CurlError */
export async function exchange(options: ExchangeOptions): Promise<Exchange> {
  const { session, clock, limitMs, connectLimitMs, beganAt, target } = options;
  const connecting = session.begin();
  const progress: Progress = { connectedAt: 0, firstByteAt: 0, received: 0, expected: undefined };
  const timers: Timer[] = [];
  const asked = openRequest(options);
  const elapsed = (): number => Math.max(0, clock.now() - beganAt);
  asked.once('socket', (socket) => {
    progress.connectedAt = clock.now();
    options.sent(headText(options), connecting);
    socket.setTimeout(0);
  });
  if (limitMs !== undefined) {
    timers.push(
      clock.after(limitMs - elapsed(), () => asked.destroy(new CurlError(28, timedOut(progress, elapsed())))),
    );
  }
  if (connectLimitMs !== undefined) {
    timers.push(
      clock.after(connectLimitMs, () => {
        if (progress.connectedAt > 0) return;
        asked.destroy(new CurlError(28, `Connection timed out after ${elapsed()} milliseconds`));
      }),
    );
  }
  try {
    const response = await receive(asked, options, progress);
    return { response, connecting, connectedAt: progress.connectedAt, firstByteAt: progress.firstByteAt };
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, target, elapsed(), progress);
  } finally {
    for (const timer of timers) timer.clear();
  }
}

interface Progress {
  connectedAt: number;
  firstByteAt: number;
  received: number;
  /** Of Content-Length; undefined when unknown. */
  expected: number | undefined;
}

/** @throws CurlError 43 for a method or a header that cannot be sent */
function openRequest(options: ExchangeOptions): ClientRequest {
  try {
    return open(options);
  } catch (error) {
    throw new CurlError(43, `A libcurl function was given a bad argument: ${(error as Error).message}`);
  }
}

function open({ session, target, plan, signal }: ExchangeOptions): ClientRequest {
  const asked = request({
    agent: session.agent,
    host: target.host,
    port: target.port,
    path: target.path,
    method: plan.method,
    setHost: false,
    signal,
  });
  const grouped = new Map<string, [name: string, values: string[]]>();
  for (const [name, value] of plan.headers) {
    const same = grouped.get(name.toLowerCase());
    const latin1 = Buffer.from(value).toString('latin1');
    if (same === undefined) grouped.set(name.toLowerCase(), [name, [latin1]]);
    else same[1].push(latin1);
  }
  for (const [name, headerValues] of grouped.values()) asked.setHeader(name, headerValues);
  // curl sends neither of them by itself.
  if (!grouped.has('connection')) asked.removeHeader('connection');
  if (plan.body === undefined) asked.removeHeader('transfer-encoding');
  return asked;
}

function receive(
  asked: ClientRequest,
  { plan, head, body, clock }: ExchangeOptions,
  progress: Progress,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.on('error', reject);
    asked.once('response', (response) => {
      progress.firstByteAt = clock.now();
      const length = response.headers['content-length'];
      if (length !== undefined && plan.method !== 'HEAD') progress.expected = Number(length);
      head(response);
      response.on('data', (chunk: Buffer) => {
        progress.received += chunk.length;
        body(chunk);
      });
      response.on('error', reject);
      // The agent takes its connection back one turn after the end, and the next request shall find it there.
      response.once('end', () => setImmediate(resolve, response));
    });
    asked.end(plan.body);
  });
}

const headText = ({ plan, target }: ExchangeOptions): string =>
  [
    `${plan.method} ${target.path} HTTP/1.1`,
    ...plan.headers.map(([name, value]) => `${name}: ${value}`),
    '',
  ].join('\n');

function timedOut({ received, expected }: Progress, elapsed: number): string {
  const of = expected === undefined ? `${received} bytes` : `${received} out of ${expected} bytes`;
  return `Operation timed out after ${elapsed} milliseconds with ${of} received`;
}

function explain(
  error: NodeJS.ErrnoException,
  { host, port }: Target,
  elapsed: number,
  { firstByteAt, received, expected }: Progress,
): Error {
  if (error instanceof CurlError) return error;
  switch (error.code) {
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
      return new CurlError(
        7,
        `Failed to connect to ${host} port ${port} after ${elapsed} ms: Couldn't connect to server`,
      );
    case 'ECONNRESET':
      if (error.syscall === 'read') return new CurlError(56, 'Recv failure: Connection reset by peer');
      if (firstByteAt === 0) return new CurlError(52, 'Empty reply from server');
      return new CurlError(
        18,
        expected === undefined
          ? 'transfer closed with outstanding read data remaining'
          : `transfer closed with ${expected - received} bytes remaining to read`,
      );
    case 'EPIPE':
      return new CurlError(55, 'Send failure: Broken pipe');
    case 'HPE_INVALID_CONSTANT':
      return new CurlError(1, 'Received HTTP/0.9 when not allowed');
    default:
      return error.code?.startsWith('HPE_') === true ? new CurlError(8, 'Weird server reply') : error;
  }
}
