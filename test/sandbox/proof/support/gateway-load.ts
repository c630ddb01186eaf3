import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { patienceMs } from '../../../support/patience.ts';

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  /** Requests in all. */
  readonly count: number;
  /** Connections, each kept alive and with one request at a time. */
  readonly connections: number;
  /** Every second request goes over a connection of its own instead, which the proxy and the client end in turn. */
  readonly halfOnTheirOwn?: boolean;
  /** Told after each answer how many there have been. */
  readonly onAnswer?: (answers: number) => void;
}

/** Sends the requests as fast as they are answered, over real TCP. Rejects when one gets no answer. */
export async function load(options: LoadOptions): Promise<GatewayAnswer[]> {
  const { port, path, count, connections, halfOnTheirOwn = false, onAnswer } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answers: GatewayAnswer[] = [];
  let sent = 0;
  const turn = async (): Promise<void> => {
    while (sent < count) {
      sent += 1;
      const own = halfOnTheirOwn ? sent % 4 : undefined;
      if (own === 0) answers.push(await getAndLeave(port, path));
      else answers.push(await get(own === 2 ? false : agent, port, path));
      onAnswer?.(answers.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, turn));
  } finally {
    agent.destroy();
  }
  return answers;
}

async function getAndLeave(port: number, path: string): Promise<GatewayAnswer> {
  const agent = new Agent({ keepAlive: true });
  try {
    return await get(agent, port, path);
  } finally {
    agent.destroy();
  }
}

/** @param agent none: Node's own; false: a connection for this request only, as it says itself */
export function get(agent: Agent | false | undefined, port: number, path: string): Promise<GatewayAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({
      ...(agent !== undefined && { agent }),
      host: '127.0.0.1',
      port,
      path,
      timeout: patienceMs,
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer to ${path}`)));
    asked.on('error', reject);
    asked.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    asked.end();
  });
}
