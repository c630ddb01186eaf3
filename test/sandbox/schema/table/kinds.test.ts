import { describe, expect, it } from 'vitest';
import { builtinTypes } from '../../../../sandbox/schema/builtin.ts';
import type { Cell } from '../../../../sandbox/schema/type.ts';
import { objectOf, typeOf, versionOf } from '../subjects.ts';

const now = Date.parse('2026-01-01T00:05:30Z');
const template = {
  spec: {
    containers: [
      { name: 'app', image: 'nginx:1' },
      { name: 'log', image: 'fluent' },
    ],
  },
};
const selector = {
  matchLabels: { app: 'web' },
  matchExpressions: [{ key: 'tier', operator: 'In', values: ['b', 'a'] }],
};
const selected = 'app=web,tier in (a,b)';
const pods = ['app,log', 'nginx:1,fluent'];

const ports = [
  { port: 80, protocol: 'TCP', nodePort: 30_000 },
  { port: 53, protocol: 'UDP' },
];

/** Kind, fields of the object, header, and the row after its name. */
const rows: [string, Record<string, unknown>, string, Cell[]][] = [
  [
    'Deployment',
    {
      spec: { replicas: 3, selector, template },
      status: { readyReplicas: 2, updatedReplicas: 1, availableReplicas: 2 },
    },
    'Name|Ready|Up-to-date|Available|Age|Containers*|Images*|Selector*',
    ['2/3', 1, 2, '5m30s', ...pods, selected],
  ],
  [
    'ReplicaSet',
    { spec: { replicas: 3, selector, template }, status: { replicas: 3, readyReplicas: 1 } },
    'Name|Desired|Current|Ready|Age|Containers*|Images*|Selector*',
    [3, 3, 1, '5m30s', ...pods, selected],
  ],
  [
    'StatefulSet',
    { spec: { replicas: 1, template } },
    'Name|Ready|Age|Containers*|Images*',
    ['0/1', '5m30s', ...pods],
  ],
  [
    'DaemonSet',
    { spec: { template, selector }, status: { desiredNumberScheduled: 2, numberReady: 1 } },
    'Name|Desired|Current|Ready|Up-to-date|Available|Node Selector|Age|Containers*|Images*|Selector*',
    [2, 0, 1, 0, 0, '<none>', '5m30s', ...pods, selected],
  ],
  [
    'Job',
    { spec: { completions: 2, template }, status: { succeeded: 1, startTime: '2026-01-01T00:05:00Z' } },
    'Name|Status|Completions|Duration|Age|Containers*|Images*|Selector*',
    ['Running', '1/2', '30s', '5m30s', ...pods, '<none>'],
  ],
  [
    'Service',
    {
      spec: {
        type: 'LoadBalancer',
        clusterIP: '10.96.0.1',
        clusterIPs: ['10.96.0.1'],
        ports,
        selector: { app: 'web' },
      },
    },
    'Name|Type|Cluster-IP|External-IP|Port(s)|Age|Selector*',
    ['LoadBalancer', '10.96.0.1', '<pending>', '80:30000/TCP,53/UDP', '5m30s', 'app=web'],
  ],
  [
    'Service',
    { spec: { type: 'ClusterIP', clusterIP: 'None', ports: [{ port: 80, protocol: 'TCP' }] } },
    'Name|Type|Cluster-IP|External-IP|Port(s)|Age|Selector*',
    ['ClusterIP', 'None', '<none>', '80/TCP', '5m30s', '<none>'],
  ],
  [
    'Service',
    { spec: { type: 'ExternalName', externalName: 'example.org' } },
    'Name|Type|Cluster-IP|External-IP|Port(s)|Age|Selector*',
    ['ExternalName', '<none>', 'example.org', '<none>', '5m30s', '<none>'],
  ],
  [
    'Service',
    { spec: { type: 'LoadBalancer' }, status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } } },
    'Name|Type|Cluster-IP|External-IP|Port(s)|Age|Selector*',
    ['LoadBalancer', '<none>', '127.0.0.1', '<none>', '5m30s', '<none>'],
  ],
  [
    'Endpoints',
    {
      subsets: [
        {
          addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }],
          ports: [{ port: 80 }, { port: 81 }],
        },
      ],
    },
    'Name|Endpoints|Age',
    ['10.0.0.1:80,10.0.0.2:80,10.0.0.1:81 + 1 more...', '5m30s'],
  ],
  ['Endpoints', {}, 'Name|Endpoints|Age', ['<none>', '5m30s']],
  [
    'EndpointSlice',
    { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ port: 80 }] },
    'Name|AddressType|Ports|Endpoints|Age',
    ['IPv4', '80', '10.0.0.1', '5m30s'],
  ],
  [
    'EndpointSlice',
    { addressType: 'IPv4', endpoints: [] },
    'Name|AddressType|Ports|Endpoints|Age',
    ['IPv4', '<unset>', '<unset>', '5m30s'],
  ],
  [
    'Node',
    {
      metadata: { labels: { 'node-role.kubernetes.io/control-plane': '' } },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: 'Ready', status: 'True' }],
        addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
        nodeInfo: { kubeletVersion: 'v1.32.2', osImage: 'Sandbox' },
      },
    },
    'Name|Status|Roles|Age|Version|Internal-IP*|External-IP*|OS-Image*|Kernel-Version*|Container-Runtime*',
    [
      'Ready,SchedulingDisabled',
      'control-plane',
      '5m30s',
      'v1.32.2',
      '127.0.0.1',
      '<none>',
      'Sandbox',
      '<unknown>',
      '<unknown>',
    ],
  ],
  ['Namespace', { status: { phase: 'Active' } }, 'Name|Status|Age', ['Active', '5m30s']],
  ['ConfigMap', { data: { a: '', b: '' }, binaryData: { c: '' } }, 'Name|Data|Age', [3, '5m30s']],
  ['Secret', { type: 'Opaque', data: { a: '' } }, 'Name|Type|Data|Age', ['Opaque', 1, '5m30s']],
  ['ServiceAccount', {}, 'Name|Secrets|Age', [0, '5m30s']],
  [
    'CronJob',
    { spec: { schedule: '* * * * *', suspend: false, jobTemplate: { spec: { template } } } },
    'Name|Schedule|Timezone|Suspend|Active|Last Schedule|Age|Containers*|Images*|Selector*',
    ['* * * * *', '<none>', 'False', 0, '<none>', '5m30s', ...pods, '<none>'],
  ],
  [
    'HorizontalPodAutoscaler',
    {
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'web' },
        maxReplicas: 5,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
          },
        ],
      },
    },
    'Name|Reference|Targets|MinPods|MaxPods|Replicas|Age',
    ['Deployment/web', 'cpu: <unknown>/80%', '<unset>', 5, 0, '5m30s'],
  ],
  [
    'PodDisruptionBudget',
    { spec: { minAvailable: '50%' }, status: { disruptionsAllowed: 1 } },
    'Name|Min Available|Max Unavailable|Allowed Disruptions|Age',
    ['50%', 'N/A', 1, '5m30s'],
  ],
  [
    'Ingress',
    { spec: { ingressClassName: 'nginx', rules: [{ host: 'a.b' }], tls: [{}] } },
    'Name|Class|Hosts|Address|Ports|Age',
    ['nginx', 'a.b', '', '80, 443', '5m30s'],
  ],
  ['NetworkPolicy', { spec: { podSelector: {} } }, 'Name|Pod-Selector|Age', ['<none>', '5m30s']],
  [
    'RoleBinding',
    {
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'ServiceAccount', name: 'sa', namespace: 'ns' },
        { kind: 'User', name: 'ada' },
      ],
    },
    'Name|Role|Age|Users*|Groups*|ServiceAccounts*',
    ['Role/r', '5m30s', 'ada', '', 'ns/sa'],
  ],
  ['Role', {}, 'Name|Created At', ['2026-01-01T00:00:00Z']],
  ['CustomResourceDefinition', {}, 'Name|Created At', ['2026-01-01T00:00:00Z']],
  [
    'StorageClass',
    { provisioner: 'none' },
    'Name|Provisioner|ReclaimPolicy|VolumeBindingMode|AllowVolumeExpansion|Age',
    ['none', 'Delete', 'Immediate', false, '5m30s'],
  ],
  [
    'PersistentVolumeClaim',
    { spec: {}, status: { phase: 'Pending' } },
    'Name|Status|Volume|Capacity|Access Modes|StorageClass|VolumeAttributesClass|Age|VolumeMode*',
    ['Pending', '', '', '', '', '<unset>', '5m30s', '<unset>'],
  ],
];

describe('kubectl get', () => {
  it.each(rows)('prints a %s', (kind, fields, header, cells) => {
    const version = versionOf(typeOf(kind));
    const names = version.columns.map(({ name, priority }) => (priority === 0 ? name : `${name}*`));
    expect(names.join('|')).toBe(header);
    expect(version.row(objectOf(kind, fields), now)).toEqual(['it', ...cells]);
  });

  it('marks the default storage class', () => {
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    const object = objectOf('StorageClass', { metadata: { annotations }, provisioner: 'none' });
    expect(versionOf(typeOf('StorageClass')).row(object, now)[0]).toBe('it (default)');
  });

  it('prints an event by what happened to what', () => {
    const event = objectOf('Event', {
      metadata: { name: 'web.1' },
      firstTimestamp: '2026-01-01T00:00:30Z',
      lastTimestamp: '2026-01-01T00:05:20Z',
      count: 4,
      type: 'Warning',
      reason: 'BackOff',
      message: 'Back-off restarting failed container\n',
      involvedObject: { kind: 'Pod', name: 'web', fieldPath: 'spec.containers{app}' },
      source: { component: 'kubelet', host: 'sandbox' },
    });
    const version = versionOf(typeOf('Event'));
    expect(version.columns.filter(({ priority }) => priority === 0).map(({ name }) => name)).toEqual([
      'Last Seen',
      'Type',
      'Reason',
      'Object',
      'Message',
    ]);
    expect(version.row(event, now)).toEqual([
      '10s',
      'Warning',
      'BackOff',
      'pod/web',
      'spec.containers{app}',
      'kubelet, sandbox',
      'Back-off restarting failed container',
      '5m',
      4,
      'web.1',
    ]);
  });

  it.each(builtinTypes().map((type) => [type.kind, type] as const))(
    'has as many cells as columns for a bare %s',
    (kind, type) => {
      const version = versionOf(type);
      const bare = {
        Event: { involvedObject: {} },
        EndpointSlice: { endpoints: [] },
        RoleBinding: { roleRef: {} },
      };
      const fields = (bare as Record<string, Record<string, unknown>>)[kind.replace('Cluster', '')] ?? {};
      expect(version.row(objectOf(kind, fields), now)).toHaveLength(version.columns.length);
    },
  );
});
