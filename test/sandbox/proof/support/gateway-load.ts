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
  /** Told after each answer how many there have been. */
  readonly onAnswer?: (answers: number) => void;
}

/** Sends the requests as fast as they are answered, over real TCP. Rejects when one gets no answer. */
export async function load(options: LoadOptions): Promise<GatewayAnswer[]> {
  const { port, path, count, connections, onAnswer } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answers: GatewayAnswer[] = [];
  let sent = 0;
  const turn = async (): Promise<void> => {
    while (sent < count) {
      sent += 1;
      answers.push(await get(agent, port, path));
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

export function get(agent: Agent | undefined, port: number, path: string): Promise<GatewayAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({ ...(agent && { agent }), host: '127.0.0.1', port, path, timeout: patienceMs });
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
