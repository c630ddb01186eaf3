// A stand-in for kubectl, for machines without it: the verbs and flags the labs use and those near them, with the
// output and exit codes of kubectl 1.32. Everything else is refused by name.
//
// Each call is a process of its own, so a verb is loaded when it is called.

import { openAccess } from './api/access.ts';
import { createClient, type ApiClient } from './api/client.ts';
import { Discovery } from './api/discovery.ts';
import { explainFailure } from './explain-failure.ts';
import { globalFlags, notKnown, parseFlags, verbIndex, type Flags } from './flags.ts';
import { kubectlInstallUrl } from './install-url.ts';
import type { Terminal } from './terminal.ts';
import type { Cluster, Verb } from './verb.ts';

const verbs: ReadonlyMap<string, () => Promise<Verb>> = new Map<string, () => Promise<Verb>>([
  ['annotate', async () => (await import('./verbs/label.ts')).annotate],
  ['api-resources', async () => (await import('./verbs/api-resources.ts')).apiResources],
  ['apply', async () => (await import('./verbs/apply.ts')).apply],
  ['config', async () => (await import('./verbs/config.ts')).config],
  ['create', async () => (await import('./verbs/create.ts')).create],
  ['delete', async () => (await import('./verbs/delete.ts')).remove],
  ['exec', async () => (await import('./verbs/exec.ts')).exec],
  ['get', async () => (await import('./verbs/get.ts')).get],
  ['label', async () => (await import('./verbs/label.ts')).label],
  ['logs', async () => (await import('./verbs/logs.ts')).logs],
  ['rollout', async () => (await import('./verbs/rollout.ts')).rollout],
  ['scale', async () => (await import('./verbs/scale.ts')).scale],
  ['version', async () => (await import('./verbs/version.ts')).version],
  ['wait', async () => (await import('./verbs/wait.ts')).wait],
]);

/** Resolves with the exit code. @throws only what is a defect of ours */
export async function kubectl(argv: readonly string[], terminal: Terminal): Promise<number> {
  const opened: ApiClient[] = [];
  try {
    return await run(argv, terminal, opened);
  } catch (error) {
    if (terminal.signal.aborted) return 130;
    const { text, exitCode } = explainFailure(error);
    terminal.err(text);
    return exitCode;
  } finally {
    for (const client of opened) client.close();
  }
}

async function run(argv: readonly string[], terminal: Terminal, opened: ApiClient[]): Promise<number> {
  const at = verbIndex(argv);
  const name = argv[at];
  if (name === undefined || name === 'help') {
    parseFlags(argv.slice(0, at), globalFlags);
    terminal.out(usage());
    return 0;
  }
  const load = verbs.get(name);
  if (load === undefined) throw notKnown(name, [...verbs.keys()]);
  const verb = await load();
  const spec = { ...globalFlags, ...verb.flags };
  const { args, command, flags } = parseFlags([...argv.slice(0, at), ...argv.slice(at + 1)], spec);
  if (flags.on('help')) {
    terminal.out(`kubectl ${name}, of the stand-in, has the flags ${flagNames(spec)}\n`);
    return 0;
  }
  let cluster: Promise<Cluster> | undefined;
  return verb.run({
    args,
    command,
    flags,
    terminal,
    cluster: () => (cluster ??= openCluster(flags, terminal, opened)),
  });
}

async function openCluster(flags: Flags, terminal: Terminal, opened: ApiClient[]): Promise<Cluster> {
  const access = await openAccess({
    kubeconfig: flags.text('kubeconfig'),
    context: flags.text('context'),
    env: terminal.env,
  });
  const client = createClient(access, terminal.err);
  opened.push(client);
  let discovery: Promise<Discovery> | undefined;
  return {
    client,
    discovery: () => (discovery ??= Discovery.open(client)),
    namespace: flags.text('namespace') ?? access.namespace,
  };
}

const usage = (): string =>
  `A small stand-in for kubectl. It knows:\n  ${[...verbs.keys()].join(' ')}\nThe real one: ${kubectlInstallUrl}\n`;

const flagNames = (spec: object): string =>
  Object.keys(spec)
    .map((flag) => `--${flag}`)
    .join(', ');
