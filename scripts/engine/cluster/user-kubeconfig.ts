// The user's own kubeconfig: read for one context, never written.

import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { LabError } from '../../error.ts';

type Fields = Readonly<Record<string, unknown>>;

interface Named {
  readonly name: string;
  /** Folder of its file, which the paths in it start from. */
  readonly folder: string;
  readonly fields: Fields;
}

interface UserKubeconfig {
  readonly contexts: readonly Named[];
  readonly clusters: readonly Named[];
  readonly users: readonly Named[];
}

export interface UserContext {
  readonly name: string;
  /** Address of its API. */
  readonly server: string;
  /** A kubeconfig of this context alone. Its paths are absolute, so that it can be kept elsewhere. */
  readonly kubeconfig: string;
}

/** The context by its name, from $KUBECONFIG or ~/.kube/config as kubectl reads them. @throws LabError */
export function readUserContext(name: string | undefined, env: NodeJS.ProcessEnv): UserContext {
  const files = filesOf(env);
  const config = merge(files);
  const names = config.contexts.map((context) => context.name);
  const hint =
    names.length === 0
      ? `there are no contexts in ${files.join(', ')}: set KUBECONFIG to a file that has some`
      : `--context NAME with one of: ${[...new Set(names)].join(', ')}`;
  if (name === undefined) {
    throw new LabError('NO_CONTEXT', 'The cluster engine needs to know which of your clusters you mean', {
      hint,
    });
  }
  const context = config.contexts.find((each) => each.name === name);
  if (context === undefined) {
    throw new LabError('UNKNOWN_CONTEXT', `There is no context "${name}" in your kubeconfig`, {
      hint,
    });
  }
  const cluster = partOf(config.clusters, context, 'cluster');
  const user = partOf(config.users, context, 'user');
  const { server } = cluster.fields;
  if (typeof server !== 'string') throw broken(name, `cluster "${cluster.name}" has no server`);
  return { name, server, kubeconfig: alone(context, cluster, user) };
}

function filesOf(env: NodeJS.ProcessEnv): readonly string[] {
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  return listed.length > 0 ? listed : [join(env['HOME'] ?? '', '.kube', 'config')];
}

/** The first file that names something wins. */
function merge(files: readonly string[]): UserKubeconfig {
  const parts = files.filter((file) => existsSync(file)).map((file) => ({ file, content: readYaml(file) }));
  const named = (list: string, kind: string): readonly Named[] =>
    parts.flatMap(({ file, content }) =>
      listIn(content, list).map((entry) => ({
        name: String(entry['name']),
        folder: dirname(resolve(file)),
        fields: (entry[kind] ?? {}) as Fields,
      })),
    );
  return {
    contexts: named('contexts', 'context'),
    clusters: named('clusters', 'cluster'),
    users: named('users', 'user'),
  };
}

function readYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new LabError('BAD_KUBECONFIG', `Your kubeconfig ${file} cannot be read`, {
      cause: error,
      evidence: [String(error).split('\n')[0] ?? ''],
      hint: 'correct it: kubectl config view says what is wrong with it',
    });
  }
}

function listIn(content: unknown, key: string): readonly Fields[] {
  if (typeof content !== 'object' || content === null) return [];
  const list = (content as Fields)[key];
  return Array.isArray(list) ? (list as readonly Fields[]) : [];
}

function partOf(parts: readonly Named[], { name, fields }: Named, kind: 'cluster' | 'user'): Named {
  const wanted = fields[kind];
  const found = parts.find((part) => part.name === wanted);
  if (found === undefined) throw broken(name, `it names the ${kind} "${String(wanted)}", which is not there`);
  return found;
}

const broken = (context: string, why: string): LabError =>
  new LabError('BAD_KUBECONFIG', `The context "${context}" of your kubeconfig cannot be used: ${why}`, {
    hint: 'kubectl config view shows what is in it',
  });

const pathFields = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'] as const;

/** The context's namespace is left out: labs say which one they mean, or mean `default`. */
function alone(context: Named, cluster: Named, user: Named): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context.name,
    contexts: [{ name: context.name, context: { cluster: cluster.name, user: user.name } }],
    clusters: [{ name: cluster.name, cluster: withAbsolutePaths(cluster) }],
    users: [{ name: user.name, user: withAbsolutePaths(user) }],
  });
}

function withAbsolutePaths({ folder, fields }: Named): Fields {
  const paths = pathFields.flatMap((field) => {
    const path = fields[field];
    return typeof path === 'string' && !isAbsolute(path) ? [[field, join(folder, path)] as const] : [];
  });
  const { exec } = fields as { exec?: Fields };
  const command = exec?.['command'];
  // A bare name is looked for on PATH.
  const own = typeof command === 'string' && command.includes('/') && !isAbsolute(command);
  return {
    ...fields,
    ...Object.fromEntries(paths),
    ...(own ? { exec: { ...exec, command: join(folder, command) } } : {}),
  };
}
