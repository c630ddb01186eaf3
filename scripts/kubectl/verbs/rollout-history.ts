// `kubectl rollout history` and `undo`: the ReplicaSets of a Deployment are its revisions.

import { kindName, pathOf } from '../api/resource.ts';
import { failure } from '../failure.ts';
import type { FoundObject } from '../objects/find.ts';
import type { KubeList, KubeObject } from '../objects/object.ts';
import { Columns } from '../output/columns.ts';
import type { Call, Cluster } from '../verb.ts';

const revisionKey = 'deployment.kubernetes.io/revision';
const causeKey = 'kubernetes.io/change-cause';

interface Template {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
}

interface Revision {
  readonly number: number;
  readonly cause: string;
  /** As the Deployment had it. */
  readonly template: Template;
}

export async function history({ terminal }: Call, cluster: Cluster, one: FoundObject): Promise<void> {
  const rows = (await revisionsOf(cluster, one)).map(({ number, cause }) => [String(number), cause]);
  const name = one.object.metadata?.name ?? '';
  const table = new Columns({ leastWidth: 0, between: 2 }).render([['REVISION', 'CHANGE-CAUSE'], ...rows]);
  terminal.out(`${kindName(one.resource)}/${name} \n${table}\n`);
}

export async function undo({ flags, terminal }: Call, cluster: Cluster, one: FoundObject): Promise<void> {
  const { resource, object } = one;
  const { name = '', namespace } = object.metadata ?? {};
  const revisions = await revisionsOf(cluster, one);
  const wanted = Number(flags.text('to-revision') ?? '0');
  const target = wanted === 0 ? revisions.at(-2) : revisions.find(({ number }) => number === wanted);
  if (target === undefined) {
    throw failure(
      wanted === 0
        ? `no rollout history found for deployment "${name}"`
        : `unable to find specified revision ${wanted} in history`,
    );
  }
  const subject = `${kindName(resource)}/${name}`;
  if (target === revisions.at(-1)) {
    terminal.out(
      `${subject} skipped rollback (current template already matches revision ${target.number})\n`,
    );
    return;
  }
  await cluster.client.json({
    method: 'PATCH',
    path: pathOf(resource, namespace, name),
    query: { fieldManager: 'kubectl-rollout' },
    contentType: 'application/json-patch+json',
    body: [{ op: 'replace', path: '/spec/template', value: target.template }],
  });
  terminal.out(`${subject} rolled back\n`);
}

/** Oldest first. */
async function revisionsOf(
  { client }: Cluster,
  { resource, object }: FoundObject,
): Promise<readonly Revision[]> {
  const { namespace, uid } = object.metadata ?? {};
  const sets = await client.json<KubeList<KubeObject & { spec?: { template?: Template } }>>({
    path: pathOf({ ...resource, plural: 'replicasets' }, namespace),
  });
  return sets.items
    .filter(({ metadata }) => metadata?.ownerReferences?.some((owner) => owner.uid === uid) === true)
    .map(({ metadata, spec }) => ({
      number: Number(metadata?.annotations?.[revisionKey] ?? '0'),
      cause: metadata?.annotations?.[causeKey] ?? '<none>',
      template: withoutHash(spec?.template ?? {}),
    }))
    .toSorted((a, b) => a.number - b.number);
}

function withoutHash(template: Template): Template {
  const { 'pod-template-hash': _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}
