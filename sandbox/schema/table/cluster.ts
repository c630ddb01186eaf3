import type { ClusterRoleBinding, RoleBinding, Subject } from 'kubernetes-types/rbac/v1.js';
import type { Lease } from 'kubernetes-types/coordination/v1.js';
import type { PriorityClass } from 'kubernetes-types/scheduling/v1.js';
import type { KubeObject } from '../../kube/object.ts';
import type { ConfigMap, Event, Namespace, Node, Secret, ServiceAccount } from '../../kube/resources.ts';
import type { Cell } from '../type.ts';
import { ageOf } from './age.ts';
import { age, column, nameColumn, orNone, type Printer, printer, type Served } from './printer.ts';

export const namespacePrinter = printer<Namespace>(['Status', 'Age'], (object, now) => [
  object.status?.phase ?? '',
  age(object, now),
]);

export const configMapPrinter = printer<ConfigMap>(['Data:integer', 'Age'], (object, now) => [
  Object.keys(object.data ?? {}).length + Object.keys(object.binaryData ?? {}).length,
  age(object, now),
]);

export const secretPrinter = printer<Secret>(['Type', 'Data:integer', 'Age'], (object, now) => [
  object.type ?? '',
  Object.keys(object.data ?? {}).length,
  age(object, now),
]);

export const serviceAccountPrinter = printer<ServiceAccount>(['Secrets:integer', 'Age'], (object, now) => [
  object.secrets?.length ?? 0,
  age(object, now),
]);

export const nodePrinter = printer<Node>(
  [
    'Status',
    'Roles',
    'Age',
    'Version',
    'Internal-IP:wide',
    'External-IP:wide',
    'OS-Image:wide',
    'Kernel-Version:wide',
    'Container-Runtime:wide',
  ],
  (node, now) => {
    const info = node.status?.nodeInfo;
    return [
      nodeStatus(node),
      orNone(nodeRoles(node).join(',')),
      age(node, now),
      info?.kubeletVersion ?? '',
      orNone(nodeAddress(node, 'InternalIP')),
      orNone(nodeAddress(node, 'ExternalIP')),
      orUnknown(info?.osImage),
      orUnknown(info?.kernelVersion),
      orUnknown(info?.containerRuntimeVersion),
    ];
  },
);

function nodeStatus({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const text = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable === true ? `${text},SchedulingDisabled` : text;
}

const rolePrefix = 'node-role.kubernetes.io/';

function nodeRoles({ metadata }: Node): readonly string[] {
  const roles = Object.entries(metadata.labels ?? {}).flatMap(([label, value]) => {
    if (label.startsWith(rolePrefix)) return [label.slice(rolePrefix.length)];
    return label === 'kubernetes.io/role' ? [value] : [];
  });
  return [...new Set(roles.filter((role) => role !== ''))].toSorted();
}

const nodeAddress = ({ status }: Node, kind: string): string | undefined =>
  status?.addresses?.find(({ type }) => type === kind)?.address;

const orUnknown = (text: string | undefined): string =>
  text === undefined || text === '' ? '<unknown>' : text;

/** Events don't begin with their name: it says nothing. */
export const eventPrinter: Printer = {
  columns: [
    ...[
      'Last Seen',
      'Type',
      'Reason',
      'Object',
      'Subobject:wide',
      'Source:wide',
      'Message',
      'First Seen:wide',
    ].map(column),
    column('Count:integer:wide'),
    { ...nameColumn, priority: 1 },
  ],
  row: (object, now) => eventRow(object as KubeObject as Event, now),
};

function eventRow(event: Event, now: number): readonly Cell[] {
  const first = event.firstTimestamp ?? event.eventTime;
  const last = event.series?.lastObservedTime ?? event.lastTimestamp ?? first;
  const { kind = '', name, fieldPath } = event.involvedObject;
  return [
    ageOf(last, now),
    event.type ?? '',
    event.reason ?? '',
    name === undefined || name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`,
    fieldPath ?? '',
    eventSource(event),
    (event.message ?? '').trim(),
    ageOf(first, now),
    event.series?.count ?? (event.count === undefined || event.count === 0 ? 1 : event.count),
    event.metadata.name,
  ];
}

function eventSource({ source, reportingComponent, reportingInstance }: Event): string {
  const component = [source?.component, reportingComponent].find((text) => text !== undefined && text !== '');
  const host = [source?.host, reportingInstance].find((text) => text !== undefined && text !== '');
  return [component ?? '', ...(host === undefined ? [] : [host])].join(', ');
}

export const bindingPrinter = printer<Served<ClusterRoleBinding | RoleBinding>>(
  ['Role', 'Age', 'Users:wide', 'Groups:wide', 'ServiceAccounts:wide'],
  (object, now) => [
    `${object.roleRef.kind}/${object.roleRef.name}`,
    age(object, now),
    subjects(object.subjects, 'User'),
    subjects(object.subjects, 'Group'),
    subjects(object.subjects, 'ServiceAccount'),
  ],
);

const subjects = (list: readonly Subject[] | undefined, wanted: string): string =>
  (list ?? [])
    .filter(({ kind }) => kind === wanted)
    .map(({ name, namespace }) => (wanted === 'ServiceAccount' ? `${namespace}/${name}` : name))
    .join(', ');

export const leasePrinter = printer<Served<Lease>>(['Holder', 'Age'], (object, now) => [
  object.spec?.holderIdentity ?? '',
  age(object, now),
]);

export const priorityClassPrinter = printer<Served<PriorityClass>>(
  ['Value:integer', 'Global-Default:boolean', 'Age', 'PreemptionPolicy'],
  (object, now) => [
    object.value,
    object.globalDefault ?? false,
    age(object, now),
    object.preemptionPolicy ?? 'PreemptLowerPriority',
  ],
);

export const webhooksPrinter = printer<KubeObject & { webhooks?: readonly unknown[] }>(
  ['Webhooks:integer', 'Age'],
  (object, now) => [object.webhooks?.length ?? 0, age(object, now)],
);
