// Where the API is and how to be let in: the kubeconfig.
//
// A file with a token or a client certificate, which is what `.lab/kubeconfig` and kind write, is read here: loading
// the client library takes three times as long as a whole call otherwise does. Everything else a kubeconfig can
// say (several files, logins by program or OIDC, proxies) goes through the library.

import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { failure } from '../failure.ts';

export interface Access {
  readonly server: URL;
  /** The namespace of the context. */
  readonly namespace: string;
  /** Certificates, and the headers that prove who calls. */
  readonly options: Omit<RequestOptions, 'headers'> & { readonly headers: Readonly<Record<string, string>> };
}

export interface AccessOptions {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** @throws KubectlError for a file that is missing or broken, or an unknown context */
export async function openAccess(options: AccessOptions): Promise<Access> {
  const files = kubeconfigFiles(options);
  const [file] = files;
  if (files.length === 1 && file !== undefined) {
    const config = await readKubeconfig(file, options.kubeconfig !== undefined);
    const access =
      config === undefined ? nowhere() : await plainAccess(config, dirname(file), options.context);
    if (access !== undefined) return access;
  }
  const { libraryAccess } = await import('./library-access.ts');
  return libraryAccess(files, options.context);
}

export function kubeconfigFiles({ kubeconfig, env }: AccessOptions): readonly string[] {
  if (kubeconfig !== undefined) return [resolve(kubeconfig)];
  const listed = (env['KUBECONFIG'] ?? '').split(':').filter((path) => path !== '');
  return listed.length > 0
    ? listed.map((path) => resolve(path))
    : [resolve(env['HOME'] ?? '.', '.kube/config')];
}

interface Named {
  readonly name: string;
}

export interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly clusters?: readonly (Named & { readonly cluster?: Fields })[];
  readonly users?: readonly (Named & { readonly user?: Fields })[];
  readonly contexts?: readonly (Named & { readonly context?: Fields })[];
}

type Fields = Readonly<Record<string, unknown>>;

/** undefined: there is no such file, which only a file named on the command line must not be. */
export async function readKubeconfig(file: string, mustExist: boolean): Promise<Kubeconfig | undefined> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw failure(`error loading config file "${file}": ${(error as Error).message}`);
    }
    if (mustExist) throw failure(`stat ${file}: no such file or directory`);
    return undefined;
  }
  try {
    const value: unknown = parse(content);
    if (value === null) return undefined;
    if (typeof value === 'object') return value;
  } catch {
    // Said below.
  }
  throw failure(`error loading config file "${file}": it is not YAML of a kubeconfig`);
}

/** What kubectl does without any kubeconfig. */
const nowhere = (): Access => ({
  server: new URL('http://localhost:8080'),
  namespace: 'default',
  options: { headers: {} },
});

const plainCluster = new Set([
  'server',
  'certificate-authority',
  'certificate-authority-data',
  'insecure-skip-tls-verify',
  'tls-server-name',
]);
const plainUser = new Set([
  'token',
  'tokenFile',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
]);

/** undefined when the file says more than is read here. */
async function plainAccess(
  config: Kubeconfig,
  folder: string,
  contextName: string | undefined,
): Promise<Access | undefined> {
  const name = contextName ?? config['current-context'] ?? '';
  const context = config.contexts?.find((entry) => entry.name === name)?.context;
  if (context === undefined) {
    if (contextName !== undefined) throw failure(`context "${contextName}" does not exist`);
    return name === '' ? nowhere() : undefined;
  }
  const cluster = config.clusters?.find((entry) => entry.name === context['cluster'])?.cluster ?? {};
  const user = config.users?.find((entry) => entry.name === context['user'])?.user ?? {};
  const plain =
    typeof cluster['server'] === 'string' &&
    Object.keys(cluster).every((key) => plainCluster.has(key)) &&
    Object.keys(user).every((key) => plainUser.has(key));
  if (!plain) return undefined;
  const material = async (source: Fields, key: string): Promise<Buffer | undefined> => {
    const data = source[`${key}-data`];
    if (typeof data === 'string') return Buffer.from(data, 'base64');
    const path = source[key];
    return typeof path === 'string' ? readFile(resolve(folder, path)) : undefined;
  };
  const [ca, cert, key] = await Promise.all([
    material(cluster, 'certificate-authority'),
    material(user, 'client-certificate'),
    material(user, 'client-key'),
  ]);
  const tokenFile = user['tokenFile'];
  const token =
    typeof tokenFile === 'string'
      ? (await readFile(resolve(folder, tokenFile), 'utf8')).trim()
      : user['token'];
  const serverName = cluster['tls-server-name'];
  return {
    server: new URL(cluster['server'] as string),
    namespace: typeof context['namespace'] === 'string' ? context['namespace'] : 'default',
    options: {
      headers: typeof token === 'string' ? { authorization: `Bearer ${token}` } : {},
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(typeof serverName === 'string' ? { servername: serverName } : {}),
      ...(cluster['insecure-skip-tls-verify'] === true ? { rejectUnauthorized: false } : {}),
    },
  };
}
