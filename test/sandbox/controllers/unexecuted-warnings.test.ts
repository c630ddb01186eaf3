import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PodSpec, ServiceSpec } from 'kubernetes-types/core/v1.js';
import type { AdmissionRequest } from '../../../sandbox/api/extension.ts';
import { unexecutedFields } from '../../../sandbox/controllers/unexecuted-fields.ts';
import { unexecutedPaths, unexecutedWarnings } from '../../../sandbox/controllers/unexecuted-warnings.ts';
import type { NewObject } from '../../../sandbox/kube/object.ts';
import { builtinTypes } from '../../../sandbox/schema/builtin.ts';
import { catalogDeployment, pod, service } from './manifests.ts';

const plugin = unexecutedWarnings();
let warnings: string[] = [];
beforeEach(() => {
  warnings = [];
});
afterEach(() => {
  warnings = [];
});

function write(resource: string, object: NewObject, old?: NewObject): string[] {
  const type = builtinTypes().find((each) => each.resource === resource);
  if (type === undefined) throw new Error(`no kind ${resource}`);
  plugin.validate?.({
    type,
    operation: old === undefined ? 'CREATE' : 'UPDATE',
    namespace: 'shop',
    object,
    old,
    dryRun: false,
    warn: (text) => void warnings.push(text),
  } as AdmissionRequest);
  return warnings;
}

const withTemplate = (spec: Partial<PodSpec>): NewObject => {
  const deployment = catalogDeployment() as NewObject & { spec: { template: { spec: PodSpec } } };
  Object.assign(deployment.spec.template.spec, spec);
  return deployment;
};

describe('a kind nobody executes', () => {
  it.each([
    ['jobs', 'this sandbox stores jobs.batch but does not run them; use --engine kind'],
    ['statefulsets', 'this sandbox stores statefulsets.apps but does not run them; use --engine kind'],
    [
      'networkpolicies',
      'this sandbox stores networkpolicies.networking.k8s.io but does not enforce them; use --engine kind',
    ],
    [
      'persistentvolumeclaims',
      'this sandbox stores persistentvolumeclaims but does not use them; use --engine kind',
    ],
  ])('%s: says so when it is created, not when it changes', (resource, warning) => {
    const object: NewObject = { apiVersion: 'v1', kind: 'Any', metadata: { name: 'a' } };
    expect(write(resource, object)).toEqual([warning]);
    expect(write(resource, object, object)).toEqual([warning]);
  });
});

describe('a field nobody executes', () => {
  it.each<[Partial<PodSpec>, string[]]>([
    [{ hostNetwork: true }, ['spec.hostNetwork']],
    [{ hostNetwork: false, dnsPolicy: 'ClusterFirst' }, []],
    [{ dnsPolicy: 'Default' }, ['spec.dnsPolicy']],
    [
      {
        volumes: [
          { name: 'a', emptyDir: {} },
          { name: 'b', hostPath: { path: '/' } },
        ],
      },
      ['spec.volumes[1].hostPath'],
    ],
    [
      { containers: [{ name: 'a', image: 'b', lifecycle: { preStop: { exec: { command: ['true'] } } } }] },
      ['spec.containers[0].lifecycle'],
    ],
    [{ affinity: { podAntiAffinity: {} } }, ['spec.affinity.podAntiAffinity']],
    [{ topologySpreadConstraints: [] }, []],
    [
      {
        containers: [
          {
            name: 'a',
            image: 'b',
            readinessProbe: { grpc: { port: 1 } },
            ports: [{ containerPort: 1, hostPort: 80 }],
          },
        ],
      },
      ['spec.containers[0].readinessProbe.grpc', 'spec.containers[0].ports[0].hostPort'],
    ],
    [
      {
        securityContext: { runAsUser: 1 },
        imagePullSecrets: [{ name: 'x' }],
        containers: [
          {
            name: 'a',
            image: 'b',
            imagePullPolicy: 'Always',
            resources: { limits: { cpu: '1' } },
            securityContext: { privileged: true },
          },
        ],
      },
      [],
    ],
  ])('of a pod with %j is named: %j', (spec, paths) => {
    expect(write('pods', pod('web', {}, spec))).toEqual(
      paths.map((path) => `${path} has no effect in this sandbox; use --engine kind`),
    );
  });

  it('of a pod template is named with its whole path', () => {
    expect(write('deployments', withTemplate({ hostPID: true }))).toEqual([
      'spec.template.spec.hostPID has no effect in this sandbox; use --engine kind',
    ]);
  });

  it.each<[Partial<ServiceSpec>, string[]]>([
    [
      { ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }] },
      ['spec.ports[1].protocol has no effect in this sandbox; use --engine kind'],
    ],
    [
      { sessionAffinity: 'ClientIP' },
      ['spec.sessionAffinity has no effect in this sandbox; use --engine kind'],
    ],
    [{ sessionAffinity: 'None', externalTrafficPolicy: 'Local' }, []],
    [
      { type: 'LoadBalancer' },
      ['this sandbox gives no external address to Services of type LoadBalancer; use its nodePort'],
    ],
  ])('of a Service with %j says %j', (spec, expected) => {
    expect(write('services', service('web', spec))).toEqual(expected);
  });

  it('is named again only when it changes', () => {
    const type = { group: '', resource: 'pods' };
    const before = pod('web', {}, { hostNetwork: true });
    expect(unexecutedPaths(type, pod('web', { a: 'b' }, { hostNetwork: true }), before)).toEqual([]);
    expect(unexecutedPaths(type, pod('web', {}, { hostNetwork: true, hostPID: true }), before)).toEqual([
      'spec.hostPID',
    ]);
  });

  it('stands in the table once', () => {
    for (const fields of [unexecutedFields.pod, unexecutedFields.service]) {
      expect(new Set(fields.map(({ path }) => path)).size).toBe(fields.length);
    }
  });
});
