import { Agent, request } from 'node:https';
import { parse } from 'yaml';
import { patienceMs } from '../../../support/patience.ts';

export interface ApiAccess {
  readonly port: number;
  readonly ca: string;
  readonly token: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string | Buffer;
}

export interface ApiClient {
  call(call: ApiCall): Promise<ApiAnswer>;
  close(): void;
}

interface Kubeconfig {
  readonly clusters: readonly [{ cluster: { server: string; 'certificate-authority-data': string } }];
  readonly users: readonly [{ user: { token: string } }];
}

/** The credential inside a kubeconfig of the sandbox. */
export function accessOf(kubeconfig: string): ApiAccess {
  const { clusters, users } = parse(kubeconfig) as Kubeconfig;
  const [{ cluster }] = clusters;
  return {
    port: Number(new URL(cluster.server).port),
    ca: Buffer.from(cluster['certificate-authority-data'], 'base64').toString('utf8'),
    token: users[0].user.token,
  };
}

/** A client of the API over HTTPS, with its credential and keep-alive. Rejects when patience ends before an answer comes. */
export function apiClient({ port, ca, token }: ApiAccess): ApiClient {
  const agent = new Agent({ keepAlive: true, ca, maxSockets: 16 });
  return {
    call: ({ method, path, contentType = 'application/json', body }) =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${token}`, 'content-type': contentType };
        const asked = request({ agent, host: '127.0.0.1', port, method, path, headers, timeout: patienceMs });
        asked.on('timeout', () => asked.destroy(new Error(`no answer to ${method} ${path}`)));
        asked.on('error', reject);
        asked.on('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
          );
        });
        asked.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** What the server did wrong with a call, or undefined: it may do it or refuse it, and must not fail. */
export async function faultOf(client: ApiClient, call: ApiCall): Promise<string | undefined> {
  const { status, body } = await client.call(call);
  if (status >= 200 && status < 500) return undefined;
  // Kubernetes too gives these refusals the code 500: errors of Go's, which it has no reason for.
  if (refusals500.some((message) => body.includes(`"message":"${message}`))) return undefined;
  return `${call.method} ${call.path} ${String(call.body)} got ${status} ${body}`;
}

const refusals500 = [
  'failed to create typed patch object',
  'resourceVersion should not be set on objects to be created',
];
