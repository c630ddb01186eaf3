import { describe, expect, it } from 'vitest';
import type { AnyObject } from '../../../../sandbox/kube/object.ts';
import { container, defaulted, deployment, objectOf, pod, service } from '../subjects.ts';

const specOf = (object: AnyObject): Record<string, unknown> => object['spec'] as Record<string, unknown>;
const containerOf = (object: AnyObject): unknown => (specOf(object)['containers'] as unknown[])[0];

describe('a pod', () => {
  it('is completed as Kubernetes does', () => {
    expect(specOf(defaulted(pod()))).toEqual({
      containers: [
        {
          name: 'app',
          image: 'nginx:1.27',
          imagePullPolicy: 'IfNotPresent',
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
      priority: 0,
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
      tolerations: ['not-ready', 'unreachable'].map((condition) => ({
        effect: 'NoExecute',
        key: `node.kubernetes.io/${condition}`,
        operator: 'Exists',
        tolerationSeconds: 300,
      })),
    });
  });

  it.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['localhost:5000/nginx', 'Always'],
    ['localhost:5000/nginx:1', 'IfNotPresent'],
    ['nginx@sha256:0', 'IfNotPresent'],
  ])('pulls %s: %s', (image, policy) => {
    expect(containerOf(defaulted(pod({ image })))).toMatchObject({ imagePullPolicy: policy });
  });

  it('completes probes, ports, variables and quantities', () => {
    const object = pod({
      ports: [{ containerPort: 80 }],
      env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      readinessProbe: { httpGet: { port: 80 } },
      resources: { limits: { cpu: 0.5, memory: '1024Mi' } },
    });
    expect(containerOf(defaulted(object))).toMatchObject({
      ports: [{ containerPort: 80, protocol: 'TCP' }],
      env: [{ valueFrom: { fieldRef: { apiVersion: 'v1' } } }],
      readinessProbe: {
        failureThreshold: 3,
        httpGet: { path: '/', port: 80, scheme: 'HTTP' },
        periodSeconds: 10,
        successThreshold: 1,
        timeoutSeconds: 1,
      },
      resources: { limits: { cpu: '500m', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } },
    });
  });

  it('completes volumes', () => {
    const volumes = [{ name: 'a' }, { name: 'b', configMap: { name: 'c' } }];
    expect(specOf(defaulted(pod({}, { volumes })))['volumes']).toEqual([
      { name: 'a', emptyDir: {} },
      { name: 'b', configMap: { name: 'c', defaultMode: 420 } },
    ]);
  });

  const limits = { cpu: '1', memory: '1Gi' };

  it.each([
    ['BestEffort', {}],
    ['Burstable', { requests: { cpu: '100m' } }],
    ['Burstable', { limits: { cpu: '1' } }],
    ['Guaranteed', { limits }],
    ['Burstable', { limits, requests: { cpu: '100m' } }],
  ])('begins as Pending, and %s with %j', (qosClass, resources) => {
    expect(defaulted(pod({ resources }))['status']).toEqual({ phase: 'Pending', qosClass });
  });

  it('tolerates in its own way what it says it tolerates', () => {
    const tolerations = [{ operator: 'Exists' }];
    expect(specOf(defaulted(pod({}, { tolerations })))['tolerations']).toEqual(tolerations);
  });
});

it('defaulting twice changes nothing more', () => {
  for (const object of [pod(), deployment(), service(), objectOf('Namespace'), objectOf('Secret')]) {
    const once = defaulted(object);
    expect(defaulted(once)).toEqual(once);
  }
});

describe('a Deployment', () => {
  it('rolls a quarter at a time and keeps ten revisions', () => {
    expect(specOf(defaulted(deployment()))).toMatchObject({
      progressDeadlineSeconds: 600,
      replicas: 1,
      revisionHistoryLimit: 10,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: { spec: { dnsPolicy: 'ClusterFirst', restartPolicy: 'Always' } },
    });
  });

  it('has no rolling parameters when it recreates', () => {
    const spec = specOf(defaulted(deployment({ strategy: { type: 'Recreate' } })));
    expect(spec['strategy']).toEqual({ type: 'Recreate' });
  });

  it('keeps what was written, zero replicas too', () => {
    expect(specOf(defaulted(deployment({ replicas: 0 })))['replicas']).toBe(0);
  });
});

describe('a Service', () => {
  it('is completed as Kubernetes does', () => {
    const object = defaulted(service());
    expect(specOf(object)).toEqual({
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      selector: { app: 'web' },
      sessionAffinity: 'None',
      type: 'ClusterIP',
    });
    expect(object['status']).toEqual({ loadBalancer: {} });
  });

  it.each([
    [{ type: 'NodePort' }, { externalTrafficPolicy: 'Cluster' }],
    [{ type: 'LoadBalancer' }, { externalTrafficPolicy: 'Cluster', allocateLoadBalancerNodePorts: true }],
    [{ clusterIP: 'None' }, { clusterIPs: ['None'] }],
    [{ clusterIP: '10.96.0.9' }, { clusterIPs: ['10.96.0.9'] }],
    [{ sessionAffinity: 'ClientIP' }, { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } }],
  ])('with %j has %j', (spec, more) => {
    expect(specOf(defaulted(service(spec)))).toMatchObject(more);
  });

  const ports = (nodePort?: number): unknown[] => [
    { port: 80, protocol: 'TCP', targetPort: 80, ...(nodePort === undefined ? {} : { nodePort }) },
  ];
  const old = defaulted(service({ type: 'NodePort', clusterIP: '10.96.0.9', ports: ports(30_080) }));

  it('keeps its address and node port when an update leaves them out', () => {
    expect(specOf(defaulted(service({ type: 'NodePort' }), old))).toMatchObject({
      clusterIP: '10.96.0.9',
      clusterIPs: ['10.96.0.9'],
      ports: ports(30_080),
    });
  });

  it('gives up its node port when it becomes a ClusterIP', () => {
    const next = { ...structuredClone(old), spec: { ...structuredClone(specOf(old)), type: 'ClusterIP' } };
    const spec = specOf(defaulted(next, old));
    expect(spec).toMatchObject({ clusterIP: '10.96.0.9', ports: ports() });
    expect(spec).not.toHaveProperty('externalTrafficPolicy');
  });

  it('gives up its address when it becomes an ExternalName', () => {
    const changed = { type: 'ExternalName', externalName: 'example.org' };
    const next = { ...structuredClone(old), spec: { ...structuredClone(specOf(old)), ...changed } };
    const spec = specOf(defaulted(next, old));
    expect(spec).not.toHaveProperty('clusterIP');
    expect(spec).not.toHaveProperty('clusterIPs');
  });
});

describe('other kinds', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'Namespace',
      { metadata: { name: 'shop' } },
      {
        metadata: { labels: { 'kubernetes.io/metadata.name': 'shop' } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      },
    ],
    ['Secret', { stringData: { a: 'b' } }, { type: 'Opaque', data: { a: 'Yg==' } }],
    ['ReplicaSet', { spec: { template: {} } }, { spec: { replicas: 1 } }],
    [
      'StatefulSet',
      { spec: { template: {} } },
      {
        spec: {
          podManagementPolicy: 'OrderedReady',
          updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
        },
      },
    ],
    ['Job', { spec: { template: {} } }, { spec: { completions: 1, parallelism: 1, backoffLimit: 6 } }],
    [
      'CronJob',
      { spec: { schedule: '* * * * *' } },
      { spec: { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3 } },
    ],
    [
      'HorizontalPodAutoscaler',
      { spec: {} },
      { spec: { minReplicas: 1, metrics: [{ resource: { name: 'cpu' } }] } },
    ],
    [
      'EndpointSlice',
      { endpoints: [], ports: [{ port: 80 }] },
      { ports: [{ name: '', port: 80, protocol: 'TCP' }] },
    ],
    [
      'Endpoints',
      { subsets: [{ ports: [{ port: 80 }] }] },
      { subsets: [{ ports: [{ port: 80, protocol: 'TCP' }] }] },
    ],
    [
      'NetworkPolicy',
      { spec: { egress: [{}] } },
      { spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } },
    ],
    [
      'RoleBinding',
      { roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'User', name: 'ada' }] },
      {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io' }],
      },
    ],
    [
      'ValidatingWebhookConfiguration',
      { webhooks: [{ name: 'a', clientConfig: { service: {} }, rules: [{}] }] },
      {
        webhooks: [
          {
            clientConfig: { service: { port: 443 } },
            failurePolicy: 'Fail',
            rules: [{ scope: '*' }],
            timeoutSeconds: 10,
          },
        ],
      },
    ],
    [
      'CustomResourceDefinition',
      { spec: { names: { kind: 'CronTab' } } },
      { spec: { conversion: { strategy: 'None' }, names: { listKind: 'CronTabList', singular: 'crontab' } } },
    ],
    ['PersistentVolumeClaim', {}, { spec: { volumeMode: 'Filesystem' }, status: { phase: 'Pending' } }],
    ['PersistentVolume', {}, { spec: { persistentVolumeReclaimPolicy: 'Retain' } }],
    ['StorageClass', {}, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }],
    ['PriorityClass', {}, { preemptionPolicy: 'PreemptLowerPriority' }],
  ])('%s', (kind, fields, complete) => {
    expect(defaulted(objectOf(kind, fields))).toMatchObject(complete);
  });

  it('a DaemonSet’s pods are completed like any others', () => {
    const object = defaulted(
      objectOf('DaemonSet', { spec: { template: { spec: { containers: [container()] } } } }),
    );
    expect(specOf(object)).toMatchObject({
      updateStrategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      template: { spec: { containers: [{ imagePullPolicy: 'IfNotPresent' }] } },
    });
  });
});
