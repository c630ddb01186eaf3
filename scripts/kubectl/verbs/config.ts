// `kubectl config current-context` and `view`: reads the kubeconfig, never writes it.

import { kubeconfigFiles, readKubeconfig, type Kubeconfig } from '../api/access.ts';
import { failure } from '../failure.ts';
import { notKnown, text, toggle } from '../flags.ts';
import { isObject, type JsonObject } from '../objects/object.ts';
import { openPrinter } from '../output/printer.ts';
import type { Call, Verb } from '../verb.ts';

export const config: Verb = {
  flags: { minify: toggle(), raw: toggle(), output: text('o') },
  async run(call) {
    const [word = ''] = call.args;
    if (word === 'current-context') return currentContext(call);
    if (word === 'view') return view(call);
    throw notKnown(`config ${word}`.trim(), ['config current-context', 'config view']);
  },
};

async function currentContext(call: Call): Promise<number> {
  const name = (await merged(call))['current-context'];
  if (name === undefined || name === '') throw failure('current-context is not set');
  call.terminal.out(`${name}\n`);
  return 0;
}

async function view(call: Call): Promise<number> {
  const { flags, terminal } = call;
  const all = await merged(call);
  const chosen = flags.on('minify') ? minified(all) : all;
  const shown = (flags.on('raw') ? chosen : redacted(chosen)) as JsonObject;
  const printer = await openPrinter(flags.text('output') ?? 'yaml');
  const object = {
    apiVersion: 'v1',
    clusters: null,
    contexts: null,
    'current-context': '',
    kind: 'Config',
    preferences: {},
    users: null,
    ...shown,
  };
  // A kubeconfig is no resource of the API; the printer asks for its name only with -o name.
  const resource = {
    group: '',
    version: 'v1',
    plural: 'configs',
    singular: 'config',
    kind: 'Config',
    namespaced: false,
    shortNames: [],
    categories: [],
    verbs: [],
  };
  if (printer !== undefined) terminal.out(printer([{ resource, object }], false));
  return 0;
}

/** Of several files the first that names something wins. */
async function merged({ flags, terminal }: Call): Promise<Kubeconfig> {
  const kubeconfig = flags.text('kubeconfig');
  const files = kubeconfigFiles({ kubeconfig, context: undefined, env: terminal.env });
  const configs = await Promise.all(
    files.map(async (file) => readKubeconfig(file, kubeconfig !== undefined)),
  );
  const given = configs.filter((one) => one !== undefined);
  const all = (key: 'clusters' | 'contexts' | 'users'): unknown[] | null => {
    const entries = given.flatMap((one) => [...(one[key] ?? [])] as { name: string }[]);
    const unique = new Map(entries.toReversed().map((entry) => [entry.name, entry]));
    return unique.size === 0 ? null : [...unique.values()].toReversed();
  };
  return {
    ...given[0],
    clusters: all('clusters'),
    contexts: all('contexts'),
    users: all('users'),
    'current-context': given.find((one) => one['current-context'])?.['current-context'] ?? '',
  } as Kubeconfig;
}

function minified(all: Kubeconfig): Kubeconfig {
  const name = all['current-context'];
  const context = all.contexts?.find((one) => one.name === name);
  if (context === undefined) throw failure(`cannot locate context ${name ?? ''}`);
  return {
    ...all,
    contexts: [context],
    clusters: (all.clusters ?? []).filter((one) => one.name === context.context?.['cluster']),
    users: (all.users ?? []).filter((one) => one.name === context.context?.['user']),
  };
}

const secrets: Readonly<Record<string, string>> = {
  token: 'REDACTED',
  password: 'REDACTED',
  'client-key-data': 'DATA+OMITTED',
  'client-certificate-data': 'DATA+OMITTED',
  'certificate-authority-data': 'DATA+OMITTED',
};

function redacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redacted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      typeof item === 'string' && Object.hasOwn(secrets, key) ? secrets[key] : redacted(item),
    ]),
  );
}
