// Does a cluster answer? Asked with node:https, because loading a Kubernetes client takes longer than the answer.

import { readFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import { parse } from 'yaml';
import { firstAbort } from '../process/first-abort.ts';

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly users: readonly {
    readonly user: {
      readonly token?: string;
      readonly 'client-certificate-data'?: string;
      readonly 'client-key-data'?: string;
    };
  }[];
}

/** A cluster that has ended refuses at once; one that lives may be slow on a machine that has much to do. */
const patienceMs = 15_000;

/** Whether the API of a kubeconfig of ours, with its one cluster, says that it is ready. */
export async function apiAnswers(
  kubeconfig: string,
  signal: AbortSignal,
  withinMs = patienceMs,
): Promise<boolean> {
  const access = readAccess(kubeconfig);
  if (access === undefined) return false;
  return new Promise((resolve) => {
    const asked = request(
      `${access.server}/readyz`,
      {
        ...access.credential,
        signal: firstAbort(signal, AbortSignal.timeout(withinMs)),
        agent: false,
      },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

interface Access {
  readonly server: string;
  readonly credential: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'headers'>;
}

function readAccess(path: string): Access | undefined {
  let config: Kubeconfig;
  try {
    config = parse(readFileSync(path, 'utf8')) as Kubeconfig;
  } catch {
    return undefined;
  }
  const cluster = config.clusters[0]?.cluster;
  const user = config.users[0]?.user;
  if (cluster === undefined || user === undefined) return undefined;
  const { token, 'client-certificate-data': cert, 'client-key-data': key } = user;
  return {
    server: cluster.server,
    credential: {
      ca: decoded(cluster['certificate-authority-data']),
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
      ...(cert === undefined || key === undefined ? {} : { cert: decoded(cert), key: decoded(key) }),
    },
  };
}

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
