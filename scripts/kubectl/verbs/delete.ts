// `kubectl delete`: asks for the deletion, then waits until the objects are gone.

import { kindName, pathOf, type Resource } from '../api/resource.ts';
import { until } from '../api/until.ts';
import { durationMs } from '../duration.ts';
import { during, failure, isReason, throwAll } from '../failure.ts';
import { text, toggle } from '../flags.ts';
import { findObjects, type Found } from '../objects/find.ts';
import { readManifests } from '../objects/manifests.ts';
import type { Call, Cluster, Verb } from '../verb.ts';

const weekMs = 7 * 24 * 3_600_000;
const policies: Readonly<Record<string, string>> = {
  background: 'Background',
  true: 'Background',
  foreground: 'Foreground',
  orphan: 'Orphan',
  false: 'Orphan',
};

export const remove: Verb = {
  flags: {
    filename: text('f'),
    selector: text('l'),
    'field-selector': text(),
    all: toggle(),
    'all-namespaces': toggle('A'),
    wait: toggle(),
    now: toggle(),
    force: toggle(),
    'grace-period': text(),
    'ignore-not-found': toggle(),
    cascade: { kind: ['optional', 'background'] },
    timeout: text(),
    output: text('o'),
  },
  async run(call) {
    const { args, flags, terminal } = call;
    const output = flags.text('output');
    if (output !== undefined && output !== 'name') {
      throw failure(`unexpected -o output mode: ${output}. We only support '-o name'`);
    }
    const options = deleteOptions(call);
    const cluster = await call.cluster();
    const files = flags.list('filename');
    const { found, errors } =
      files.length > 0
        ? await ofFiles(call, cluster, files)
        : await findObjects(call, cluster, { args, files: [] });
    const selected = flags.text('selector') !== undefined || flags.on('all');
    const skipped = (error: unknown): boolean =>
      isReason(error, 'NotFound') && (flags.on('ignore-not-found') || selected);
    const failures = errors.filter((error) => !skipped(error));
    if (found.length === 0 && failures.length === 0 && !flags.on('ignore-not-found')) {
      terminal.out('No resources found\n');
      return 0;
    }
    const gone: Gone[] = [];
    for (const { resource, object } of found) {
      const { name = '', namespace } = object.metadata ?? {};
      try {
        const answer = await cluster.client.json<Deleted>({
          method: 'DELETE',
          path: pathOf(resource, namespace, name),
          body: options,
        });
        gone.push({ resource, namespace, name, uid: answer.details?.uid ?? answer.metadata?.uid });
        const how = flags.on('force') && options.gracePeriodSeconds === 0 ? 'force deleted' : 'deleted';
        terminal.out(
          output === 'name' ? `${kindName(resource)}/${name}\n` : `${kindName(resource)} "${name}" ${how}\n`,
        );
      } catch (error) {
        if (!skipped(error))
          failures.push(files.length > 0 ? during(error, 'deleting', files.join(',')) : error);
      }
    }
    if (failures.length === 0 && flags.on('wait', true)) await untilGone(call, cluster, gone);
    throwAll(failures);
    return 0;
  },
};

/** The API answers with the object that is on its way out, or with a Status that names what is gone. */
interface Deleted {
  readonly metadata?: { readonly uid?: string };
  readonly details?: { readonly uid?: string };
}

interface Gone {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly uid: string | undefined;
}

/** As the manifests name them: not read first, since deleting one may take the others with it. */
async function ofFiles(call: Call, cluster: Cluster, files: readonly string[]): Promise<Found> {
  const manifests = await readManifests(files, await cluster.discovery(), call.terminal);
  const found = manifests.map(({ resource, object }) => {
    const namespace = object.metadata.namespace ?? cluster.namespace;
    return { resource, object: { ...object, metadata: { ...object.metadata, namespace } } };
  });
  return { found, errors: [] };
}

interface DeleteOptions {
  readonly propagationPolicy: string;
  readonly gracePeriodSeconds?: number;
}

function deleteOptions({ flags, terminal }: Call): DeleteOptions {
  const cascade = flags.text('cascade') ?? 'background';
  const propagationPolicy = Object.hasOwn(policies, cascade) ? policies[cascade] : undefined;
  if (propagationPolicy === undefined) {
    throw failure(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
  }
  const grace = flags.on('now') ? '1' : (flags.text('grace-period') ?? (flags.on('force') ? '0' : undefined));
  if (flags.on('force') && grace === '0') {
    terminal.err(
      'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
    );
  }
  if (grace === undefined || Number(grace) < 0) return { propagationPolicy };
  // 0 without --force is 1: the API would drop the object while its containers still run.
  const seconds = grace === '0' && !flags.on('force') ? 1 : Number(grace);
  return { propagationPolicy, gracePeriodSeconds: seconds };
}

async function untilGone({ flags, terminal }: Call, cluster: Cluster, gone: readonly Gone[]): Promise<void> {
  const asked = durationMs(flags.text('timeout') ?? '0');
  const endsAt = performance.now() + (asked === 0 ? weekMs : asked);
  for (const { resource, namespace, name, uid } of gone) {
    const inTime = await until(cluster, {
      resource,
      namespace,
      name,
      reached: (now) => now === undefined || now.metadata?.uid !== uid,
      signal: terminal.signal,
      withinMs: endsAt - performance.now(),
    });
    if (!inTime) throw failure(`timed out waiting for the condition on ${resource.plural}/${name}`);
  }
}
