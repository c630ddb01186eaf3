// `kubectl rollout status|restart|undo|history` of Deployments.

import { kindName, pathOf } from '../api/resource.ts';
import { until } from '../api/until.ts';
import { durationMs } from '../duration.ts';
import { failure, throwAll } from '../failure.ts';
import { notKnown, text, toggle } from '../flags.ts';
import { findObjects, type FoundObject } from '../objects/find.ts';
import type { KubeObject } from '../objects/object.ts';
import { readSelection } from '../objects/targets.ts';
import type { Call, Cluster, Verb } from '../verb.ts';

const actions: ReadonlyMap<string, (call: Call, cluster: Cluster, one: FoundObject) => Promise<void>> =
  new Map([
    ['status', status],
    ['restart', restart],
    ['undo', async (...given) => (await import('./rollout-history.ts')).undo(...given)],
    ['history', async (...given) => (await import('./rollout-history.ts')).history(...given)],
  ]);

const weekMs = 7 * 24 * 3_600_000;

export const rollout: Verb = {
  flags: {
    timeout: text(),
    watch: toggle('w'),
    selector: text('l'),
    filename: text('f'),
    'to-revision': text(),
  },
  async run(call) {
    const [word, ...args] = call.args;
    const known = [...actions.keys()].map((name) => `rollout ${name}`);
    const action = actions.get(word ?? '');
    if (action === undefined) throw notKnown(`rollout ${word ?? ''}`.trim(), known);
    const files = call.flags.list('filename');
    if (args.length === 0 && files.length === 0) throw failure('required resource not specified');
    const cluster = await call.cluster();
    const { found, errors } = await findRolledOut(call, cluster, args, files);
    const failures = [...errors];
    if (found.length === 0 && failures.length === 0) {
      call.terminal.err(`No resources found in ${cluster.namespace} namespace.\n`);
      return word === 'restart' || word === 'undo' ? 1 : 0;
    }
    for (const one of found) {
      try {
        if (one.resource.kind !== 'Deployment') {
          throw failure(`this stand-in rolls out Deployments only, not ${one.resource.plural}`);
        }
        await action(call, cluster, one);
      } catch (error) {
        failures.push(error);
      }
    }
    throwAll(failures);
    return 0;
  },
};

/** A kind alone means all of its objects here. */
async function findRolledOut(
  call: Call,
  cluster: Cluster,
  args: readonly string[],
  files: readonly string[],
): ReturnType<typeof findObjects> {
  if (files.length > 0) return findObjects(call, cluster, { args, files });
  const selection = readSelection(args, await cluster.discovery());
  if (selection.by === 'name') return findObjects(call, cluster, { args, files });
  const lists = selection.resources.map(async (resource) => {
    const path = pathOf(resource, cluster.namespace);
    const query = { labelSelector: call.flags.text('selector') };
    const { items } = await cluster.client.json<{ items: readonly KubeObject[] }>({ path, query });
    return items.map((object) => ({ resource, object }));
  });
  return { found: (await Promise.all(lists)).flat(), errors: [] };
}

interface Deployment extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly { readonly type: string; readonly reason?: string }[];
  };
}

async function status(
  { flags, terminal }: Call,
  cluster: Cluster,
  { resource, object }: FoundObject,
): Promise<void> {
  const { name = '', namespace } = object.metadata ?? {};
  const asked = durationMs(flags.text('timeout') ?? '0');
  const follow = flags.on('watch', true);
  const inTime = await until(cluster, {
    resource,
    namespace,
    name,
    reached: (now) => {
      if (now === undefined) throw failure('object has been deleted');
      const { line, done } = progress(now, name);
      terminal.out(line);
      return done || !follow;
    },
    signal: terminal.signal,
    withinMs: asked === 0 ? weekMs : asked,
  });
  if (!inTime) throw failure('timed out waiting for the condition');
}

function progress(
  { metadata, spec, status: seen }: Deployment,
  name: string,
): { line: string; done: boolean } {
  const waiting = (what: string): { line: string; done: boolean } => ({
    line: `Waiting for ${what}...\n`,
    done: false,
  });
  if ((metadata?.generation ?? 0) > (seen?.observedGeneration ?? 0)) {
    return waiting('deployment spec update to be observed');
  }
  const progressing = seen?.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    throw failure(`deployment "${name}" exceeded its progress deadline`);
  }
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = seen ?? {};
  const wanted = spec?.replicas ?? updatedReplicas;
  const rolling = `deployment "${name}" rollout to finish:`;
  if (updatedReplicas < wanted) {
    return waiting(`${rolling} ${updatedReplicas} out of ${wanted} new replicas have been updated`);
  }
  if (replicas > updatedReplicas) {
    return waiting(`${rolling} ${replicas - updatedReplicas} old replicas are pending termination`);
  }
  if (availableReplicas < updatedReplicas) {
    return waiting(`${rolling} ${availableReplicas} of ${updatedReplicas} updated replicas are available`);
  }
  return { line: `deployment "${name}" successfully rolled out\n`, done: true };
}

const restartedAt = 'kubectl.kubernetes.io/restartedAt';

async function restart(
  { terminal }: Call,
  cluster: Cluster,
  { resource, object }: FoundObject,
): Promise<void> {
  const { name = '', namespace } = object.metadata ?? {};
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  if ((object as Deployment).spec?.template?.metadata?.annotations?.[restartedAt] === now) {
    throw failure(
      'if restart has already been triggered within the past second, please wait before attempting to trigger another',
    );
  }
  await cluster.client.json({
    method: 'PATCH',
    path: pathOf(resource, namespace, name),
    query: { fieldManager: 'kubectl-rollout' },
    contentType: 'application/strategic-merge-patch+json',
    body: { spec: { template: { metadata: { annotations: { [restartedAt]: now } } } } },
  });
  terminal.out(`${kindName(resource)}/${name} restarted\n`);
}
