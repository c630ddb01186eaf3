// Does the sandbox answer? Asked with node:https, because loading a Kubernetes client takes longer than the answer.

import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { parse } from 'yaml';

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

const timeoutMs = 2000;

/** Whether the API of the sandbox's own kubeconfig says that it is ready. */
export async function sandboxAnswers(kubeconfig: string, signal: AbortSignal): Promise<boolean> {
  const access = readAccess(kubeconfig);
  if (access === undefined) return false;
  return new Promise((resolve) => {
    const asked = request(
      `${access.server}/readyz`,
      {
        ca: access.ca,
        headers: { authorization: `Bearer ${access.token}` },
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
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

function readAccess(path: string): { server: string; ca: string; token: string } | undefined {
  let config: Kubeconfig;
  try {
    config = parse(readFileSync(path, 'utf8')) as Kubeconfig;
  } catch {
    return undefined;
  }
  const cluster = config.clusters[0]?.cluster;
  const token = config.users[0]?.user.token;
  if (cluster === undefined || token === undefined) return undefined;
  const ca = Buffer.from(cluster['certificate-authority-data'], 'base64').toString('utf8');
  return { server: cluster.server, ca, token };
}
