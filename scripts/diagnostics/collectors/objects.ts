// The objects that decide what happens to requests, with events, pods and findings as one reads them first.

import { stringify } from 'yaml';
import { analyze } from '../../../sandbox/istio-api/analyze/analyze.ts';
import { messageLine } from '../../../sandbox/istio-api/analyze/message.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';
import type { Pod } from '../../../sandbox/kube/resources.ts';
import type { ClusterClient } from '../../cluster/client.ts';
import { listAnalyzed, listKinds } from '../../cluster/list-analyzed.ts';
import { podProblem } from '../../cluster/pods.ts';
import { Columns } from '../../kubectl/output/columns.ts';
import type { Put } from '../collector.ts';
import { presentable } from '../without-secrets.ts';
import { isConcerned, type Concern } from './concern.ts';

const furtherKinds = [
  ['apps/v1', 'ReplicaSet'],
  ['apps/v1', 'DaemonSet'],
  ['discovery.k8s.io/v1', 'EndpointSlice'],
  ['gateway.networking.k8s.io/v1', 'Gateway'],
  ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
  ['v1', 'Node'],
  ['v1', 'Event'],
] as const;

export async function collectObjects(cluster: ClusterClient, concern: Concern, put: Put): Promise<void> {
  const lists = await Promise.all([listAnalyzed(cluster), listKinds(cluster, furtherKinds)]);
  // As on the wire: the client turns times into Date objects.
  const all = JSON.parse(JSON.stringify(lists.flat())) as readonly AnyObject[];
  const findings = analyze(all).filter(({ object }) => isConcerned(concern, namespaceOf(object)));
  const objects = all.filter((object) => isConcerned(concern, namespaceOf(object)));
  put('findings.txt', text(findings.map(messageLine), 'Nothing was found.'));
  put(
    'events.txt',
    table([['LAST SEEN', 'NAMESPACE', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'], ...events(objects)]),
  );
  put('pods.txt', podsText(objects.filter(isPod)));
  const shown = objects.filter(isShown);
  for (const folder of new Set(shown.map(folderOf))) {
    const members = shown.filter((object) => folderOf(object) === folder);
    const documents = members.map((object) => `---\n${stringify(presentable(object))}`);
    put(`objects/${folder}.yaml`, documents.join(''));
  }
}

const isPod = (object: AnyObject): object is Pod & AnyObject => object.kind === 'Pod';

/** Secrets are read for findings alone. */
const isShown = ({ kind }: AnyObject): boolean => kind !== 'Secret' && kind !== 'Event';

const namespaceOf = ({ kind, metadata }: AnyObject): string | undefined =>
  kind === 'Namespace' ? metadata.name : metadata.namespace;

const folderOf = (object: AnyObject): string => namespaceOf(object) ?? 'cluster';

interface SeenEvent {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly eventTime?: string | null;
  readonly lastTimestamp?: string | null;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string };
}

const events = (objects: readonly AnyObject[]): readonly (readonly string[])[] =>
  objects
    .filter(({ kind }) => kind === 'Event')
    .map((object) => {
      const {
        lastTimestamp,
        eventTime,
        type = '',
        reason = '',
        message = '',
        involvedObject,
      } = object as SeenEvent;
      const seen = lastTimestamp ?? eventTime ?? object.metadata.creationTimestamp ?? '';
      const about = `${involvedObject?.kind ?? ''}/${involvedObject?.name ?? ''}`;
      return [seen, object.metadata.namespace ?? '', type, reason, about, message.replaceAll('\n', ' ')];
    })
    .toSorted(([a = ''], [b = '']) => a.localeCompare(b));

function podsText(pods: readonly (Pod & AnyObject)[]): string {
  const rows = pods.map(({ metadata, spec, status }) => {
    const states = status?.containerStatuses ?? [];
    const ready = states.filter((state) => state.ready).length;
    const restarts = states.reduce((sum, { restartCount }) => sum + restartCount, 0);
    return [
      metadata.namespace ?? '',
      metadata.name,
      `${ready}/${spec?.containers.length ?? 0}`,
      status?.phase ?? '',
      String(restarts),
      status?.podIP ?? '',
      metadata.creationTimestamp ?? '',
    ];
  });
  const unready = pods.flatMap((pod) => {
    const problem = pod.status?.phase === 'Succeeded' ? undefined : podProblem(pod);
    return problem === undefined ? [] : [`${pod.metadata.namespace ?? ''}/${pod.metadata.name}: ${problem}`];
  });
  const head = ['NAMESPACE', 'NAME', 'READY', 'PHASE', 'RESTARTS', 'IP', 'SINCE'];
  return `${table([head, ...rows])}\n${text(unready, 'All of them are ready.')}`;
}

const table = (rows: readonly (readonly string[])[]): string => new Columns().render(rows);

const text = (lines: readonly string[], ifNone: string): string =>
  `${lines.length === 0 ? ifNone : lines.join('\n')}\n`;
