// `resource`: a partial match on API objects, one by name or several by label.

import type { KubernetesObject } from '@kubernetes/client-node';
import { apiCode, apiMessage } from '../../cluster/api-error.ts';
import type { ClusterClient } from '../../cluster/client.ts';
import { didYouMean } from '../../closest.ts';
import { LabError } from '../../error.ts';
import type { Check } from './check.ts';
import { clusterOf } from './cluster-of.ts';
import type { Fields } from './fields.ts';
import { observe, readModality, resultOf, type Observation } from './look.ts';
import { mismatch } from './match.ts';
import * as written from './written.ts';

interface Target {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

interface Expectation {
  readonly match: unknown;
  readonly count: number | undefined;
  readonly absent: boolean;
}

/** apiVersion of the kinds that labs look at; any other kind writes its own. */
const apiVersions: ReadonlyMap<string, string> = new Map([
  ...['Namespace', 'Node', 'Pod', 'Service', 'ConfigMap', 'Secret', 'ServiceAccount', 'Endpoints'].map(
    (kind) => [kind, 'v1'] as const,
  ),
  ...['Deployment', 'ReplicaSet'].map((kind) => [kind, 'apps/v1'] as const),
  ...['VirtualService', 'DestinationRule', 'Gateway', 'ServiceEntry', 'Sidecar'].map(
    (kind) => [kind, 'networking.istio.io/v1beta1'] as const,
  ),
]);

/** Reads the mapping under `resource:`. */
export function readResourceCheck(title: string, fields: Fields, outer: Fields): Check {
  const target = readTarget(fields);
  const expectation: Expectation = {
    match: fields.tree('match'),
    count: fields.whole('count', { from: 1 }),
    absent: fields.flag('absent') ?? false,
  };
  const modality = readModality(outer);
  return {
    title,
    kind: 'resource',
    invariant: outer.flag('invariant') ?? false,
    aim: { kind: 'resource', target, absent: expectation.absent },
    async run(context, patience) {
      const startedAt = performance.now();
      const cluster = await clusterOf(context);
      const look = async (): Promise<Observation> => judge(await find(cluster, target), target, expectation);
      return resultOf(
        title,
        kubectlCommand(target),
        startedAt,
        await observe(look, modality, patience, context),
      );
    },
  };
}

function readTarget(fields: Fields): Target {
  const kind = fields.requiredAs('kind', written.kind);
  const apiVersion = fields.as('apiVersion', written.apiVersion) ?? apiVersions.get(kind);
  if (kind !== '' && apiVersion === undefined && !fields.has('apiVersion'))
    fields.fail('kind', `resource needs apiVersion for kind ${kind}${didYouMean(kind, apiVersions.keys())}`);
  const name = fields.as('name', written.objectName);
  fields.anyOf(['name', 'labels', 'count']);
  fields.alone('name', ['labels', 'count']);
  fields.alone('absent', ['match', 'count']);
  return {
    apiVersion: apiVersion ?? '',
    kind,
    namespace: fields.as('namespace', written.namespaceName),
    name,
    labels: fields.texts('labels', written.labels),
  };
}

async function find(
  cluster: ClusterClient,
  { apiVersion, kind, namespace, name, labels }: Target,
): Promise<readonly KubernetesObject[]> {
  try {
    if (name !== undefined) {
      const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
      return [await cluster.objects.read({ apiVersion, kind, metadata })];
    }
    const selector = Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
    const list = await cluster.objects.list(
      apiVersion,
      kind,
      namespace,
      undefined,
      undefined,
      undefined,
      undefined,
      selector === '' ? undefined : selector,
    );
    // A pod on its way out is not part of what the learner made.
    return list.items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  } catch (error) {
    if (apiCode(error) === 404) return [];
    throw new LabError('API_FAILED', `The cluster did not answer: ${apiMessage(error)}`, {
      cause: error,
      hint: 'npm run status shows whether it runs',
    });
  }
}

function judge(objects: readonly KubernetesObject[], target: Target, expectation: Expectation): Observation {
  const what = nameOf(target);
  const expected = describeExpected(what, expectation);
  if (expectation.absent) {
    return { ok: objects.length === 0, observed: found(objects), expected, reason: `${what} exists` };
  }
  if (expectation.count !== undefined && objects.length !== expectation.count) {
    const reason = `there are ${objects.length} of them, not ${expectation.count}`;
    return { ok: false, observed: found(objects), expected, reason };
  }
  if (objects.length === 0 && expectation.count === undefined) {
    return { ok: false, observed: 'nothing found', expected, reason: `${what} does not exist` };
  }
  for (const object of expectation.match === undefined ? [] : objects) {
    const problem = mismatch(expectation.match, plain(object), '');
    if (problem !== undefined) {
      const reason = `${object.metadata?.name ?? what}: ${problem}`;
      return { ok: false, observed: problem, expected, reason };
    }
  }
  return { ok: true, observed: found(objects), expected };
}

/** As on the wire: the client turns times into Date objects. */
const plain = (object: KubernetesObject): unknown => JSON.parse(JSON.stringify(object)) as unknown;

const found = (objects: readonly KubernetesObject[]): string =>
  objects.length === 0
    ? 'nothing found'
    : objects.map(({ kind, metadata }) => `${kind ?? ''} ${metadata?.name ?? ''}`.trim()).join(', ');

const nameOf = ({ kind, name, namespace, labels }: Target): string =>
  [
    kind,
    name ??
      Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
    ...(namespace === undefined ? [] : [`in namespace ${namespace}`]),
  ].join(' ');

function describeExpected(what: string, { match, count, absent }: Expectation): string {
  if (absent) return `no ${what}`;
  const number = count === undefined ? what : `${count} × ${what}`;
  return match === undefined ? number : `${number} with ${JSON.stringify(match)}`;
}

function kubectlCommand({ kind, name, namespace, labels }: Target): string {
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return [
    'kubectl',
    ...(namespace === undefined ? [] : ['-n', namespace]),
    'get',
    kind.toLowerCase(),
    ...(name === undefined ? [] : [name]),
    ...(selector.length === 0 ? [] : ['-l', selector.join(',')]),
    '-o yaml',
  ].join(' ');
}
