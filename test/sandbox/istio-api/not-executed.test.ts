// Every field of what the sandbox executes either changes a proxy's config, or is warned of.

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { istioKinds } from '../../../sandbox/istio-api/kinds.ts';
import { notExecutedWarnings } from '../../../sandbox/istio-api/not-executed.ts';
import { MeshState } from '../../../sandbox/mesh/model.ts';
import { completed, configOf, objects, router, service, sidecar } from '../mesh/support/mesh.ts';
import type { ObjectMeta } from '../../../sandbox/kube/object.ts';
import { type Leaf, leavesOf, withValue } from './leaves.ts';

/** Fields without effect in Istio 1.25 too, and why: by the end of the path. */
const withoutEffectInIstio: Readonly<Record<string, string>> = {
  'outlierDetection.consecutiveErrors': 'deprecated, not read any more; the webhook warns',
  'servers[].defaultEndpoint': 'documented as not implemented',
  'servers[].name': 'only a name for statistics',
  'servers[].port.name': 'names the routes of HTTPS servers only',
  'servers[].port.targetPort': 'refused by the webhook',
};

const mesh = `${service('web')}
---
${service('other')}
---
apiVersion: v1
kind: Service
metadata: { name: istio-ingressgateway, namespace: istio-system }
spec:
  clusterIP: 10.96.1.1
  selector: { istio: ingressgateway }
  ports: [{ name: http2, port: 80, targetPort: 8080 }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: x1, namespace: default }
spec: { http: [{ name: delegated, route: [{ destination: { host: other } }] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: x1, namespace: shop }
spec: { http: [{ name: delegated-in-shop, route: [{ destination: { host: other.default.svc.cluster.local } }] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: at-gateway, namespace: default }
spec:
  hosts: [web.example.com]
  gateways: [probe]
  http: [{ route: [{ destination: { host: web } }] }]
`;

/** Sends to the subset whose policies are looked at. */
const toSubset = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: to-subset, namespace: default }
spec:
  hosts: [web]
  http: [{ route: [{ destination: { host: web, subset: v1, port: { number: 80 } } }] }]
---
apiVersion: v1
kind: Pod
metadata: { name: web-1, namespace: default, labels: { app: web, version: v1 } }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-1, namespace: default, labels: { kubernetes.io/service-name: web } }
ports: [{ name: http, port: 3000 }]
endpoints: [{ addresses: [10.0.0.1], targetRef: { kind: Pod, name: web-1 } }]
`;

/** What must be there for a field to mean something; the longest prefix of its path counts. */
const contexts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  VirtualService: {
    spec: '{ hosts: [web], http: [{ route: [{ destination: { host: web } }] }] }',
    'spec.http[].redirect': '{ hosts: [web], http: [{ redirect: { uri: /old, scheme: https } }] }',
    'spec.http[].directResponse': '{ hosts: [web], http: [{ directResponse: { status: 200 } }] }',
    'spec.http[].delegate': '{ hosts: [web], http: [{ delegate: { name: x1 } }] }',
    'spec.http[].delegate.name': '{ hosts: [web], http: [{}] }',
    'spec.http[].match[]':
      '{ hosts: [web], http: [{ match: [{ uri: { exact: /a } }], route: [{ destination: { host: web } }] }] }',
    'spec.http[].match[].uri':
      '{ hosts: [web], http: [{ match: [{ method: { exact: GET } }], route: [{ destination: { host: web } }] }] }',
    'spec.http[].corsPolicy':
      '{ hosts: [web], http: [{ corsPolicy: { allowMethods: [GET] }, route: [{ destination: { host: web } }] }] }',
    'spec.http[].fault.abort.percentage':
      '{ hosts: [web], http: [{ fault: { abort: { httpStatus: 500 } }, route: [{ destination: { host: web } }] }] }',
    'spec.http[].fault.abort':
      '{ hosts: [web], http: [{ fault: { abort: { percentage: { value: 1 } } }, route: [{ destination: { host: web } }] }] }',
    'spec.http[].fault.delay':
      '{ hosts: [web], http: [{ fault: { delay: { fixedDelay: 1s } }, route: [{ destination: { host: web } }] }] }',
    'spec.http[].fault.delay.fixedDelay':
      '{ hosts: [web], http: [{ fault: { delay: { percentage: { value: 1 } } }, route: [{ destination: { host: web } }] }] }',
    'spec.http[].mirror':
      '{ hosts: [web], http: [{ mirror: { host: other }, route: [{ destination: { host: web } }] }] }',
    'spec.http[].mirrorPercent':
      '{ hosts: [web], http: [{ mirror: { host: other }, route: [{ destination: { host: web } }] }] }',
    'spec.http[].mirrorPercentage':
      '{ hosts: [web], http: [{ mirror: { host: other }, route: [{ destination: { host: web } }] }] }',
    'spec.http[].mirrors':
      '{ hosts: [web], http: [{ mirrors: [{ destination: { host: other } }], route: [{ destination: { host: web } }] }] }',
    'spec.http[].retries':
      '{ hosts: [web], http: [{ retries: { attempts: 3 }, route: [{ destination: { host: web } }] }] }',
    'spec.http[].route[].weight':
      '{ hosts: [web], http: [{ route: [{ destination: { host: web }, weight: 1 }, { destination: { host: other }, weight: 1 }] }] }',
  },
  DestinationRule: {
    spec: '{ host: web, trafficPolicy: { connectionPool: { tcp: { connectTimeout: 1s } } }, subsets: [{ name: v1 }] }',
    ...policyContexts('spec.trafficPolicy', (policy) => `{ host: web, trafficPolicy: ${policy} }`),
    ...policyContexts(
      'spec.subsets[].trafficPolicy',
      (policy) => `{ host: web, subsets: [{ name: v1, trafficPolicy: ${policy} }] }`,
    ),
  },
  Gateway: {
    spec: "{ selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }] }",
    'spec.servers[].tls.credentialName':
      "{ selector: { istio: ingressgateway }, servers: [{ port: { number: 8443, name: https, protocol: HTTPS }, hosts: ['*'], tls: { mode: SIMPLE } }] }",
  },
};

function policyContexts(path: string, spec: (policy: string) => string): Record<string, string> {
  const groups: Readonly<Record<string, string>> = {
    '': 'connectionPool: { tcp: { connectTimeout: 1s } }',
    '.outlierDetection': 'outlierDetection: { interval: 1s, splitExternalLocalOriginErrors: true }',
    '.outlierDetection.splitExternalLocalOriginErrors': 'outlierDetection: { interval: 1s }',
    '.loadBalancer.consistentHash': 'loadBalancer: { consistentHash: { httpHeaderName: a } }',
    '.loadBalancer.consistentHash.httpCookie':
      'loadBalancer: { consistentHash: { httpCookie: { name: a } } }',
    '.loadBalancer.consistentHash.useSourceIp': 'loadBalancer: { simple: RANDOM }',
    '.loadBalancer.consistentHash.httpQueryParameterName': 'loadBalancer: { simple: RANDOM }',
    '.loadBalancer.simple': 'loadBalancer: { simple: RANDOM }',
    '.tls': 'tls: { mode: ISTIO_MUTUAL }',
  };
  return Object.fromEntries(
    Object.entries(groups).flatMap(([group, text]) => [
      [`${path}${group}`, spec(`{ ${text} }`)],
      [
        `${path}.portLevelSettings[]${group}`,
        spec(`{ portLevelSettings: [{ port: { number: 80 }, ${text} }] }`),
      ],
    ]),
  );
}

/** Values other than the usual, by the end of the path. */
const samples: Readonly<Record<string, unknown>> = {
  'spec.hosts[]': 'other',
  'spec.gateways[]': 'nowhere',
  'spec.exportTo[]': 'nowhere',
  'fault.abort.grpcStatus': 'UNAVAILABLE',
  'http[].delegate.namespace': 'shop',
  'match[].port': 8080,
  'http[].redirect.redirectCode': 308,
  'servers[].bind': '10.0.0.1',
  'servers[].hosts[]': 'elsewhere.example.com',
  'servers[].port.number': 8081,
  'servers[].port.protocol': 'TCP',
  'selector{}': 'other',
  'corsPolicy.unmatchedPreflights': 'IGNORE',
  mirrorPercent: 7,
  'httpCookie.ttl': '7s',
  'tcp.idleTimeout': '7s',
  'loadBalancer.simple': 'ROUND_ROBIN',
  'retries.retryOn': '5xx',
  'trafficPolicy.tls.mode': 'SIMPLE',
  'portLevelSettings[].tls.mode': 'SIMPLE',
};

const executed = istioKinds.filter(({ kind }) => Object.hasOwn(contexts, kind));

describe.each(executed)('$kind', ({ kind, spec }) => {
  it.each(leavesOf(spec()))('executes $path, or warns of it', (leaf) => {
    const { with: after, without: before } = specsFor(kind, leaf);
    const name = `${kind} ${leaf.path}`;
    const warned = warningsOf(kind, after).some((warning) => covers(warning, name));
    const changes = !sameConfig(kind, before, after);
    const isWithoutEffect = Object.keys(withoutEffectInIstio).some((end) => name.endsWith(end));
    expect(warned || changes).toBe(!isWithoutEffect);
  });
});

/** Specs that differ only in the field: without it, its place has a field that nobody knows. */
function specsFor(kind: string, { path, sample }: Leaf): { with: unknown; without: unknown } {
  const [context] = Object.entries(contexts[kind] ?? {})
    .filter(([prefix]) => path === prefix || /^[.[{]/u.test(path.replace(prefix, '')))
    .toSorted(([a], [b]) => b.length - a.length);
  const base: unknown = parse(context?.[1] ?? '{}');
  const [, value] = Object.entries(samples).find(([end]) => path.endsWith(end)) ?? ['', sample];
  const inSpec = path.replace(/^spec/u, '');
  const unknown = inSpec.replace(/\.\w+(?<end>(?:\[\]|\{\})*)$/u, '.unknown$<end>');
  return { with: withValue(base, inSpec, value), without: withValue(base, unknown, value) };
}

const objectOf = (kind: string, spec: unknown) => ({
  apiVersion: 'networking.istio.io/v1',
  kind,
  metadata: { name: 'probe', namespace: 'default' } as ObjectMeta,
  spec,
});

const warningsOf = (kind: string, spec: unknown) => notExecutedWarnings(objectOf(kind, spec), undefined);

/** A warning of a field is also one of what stands in it. */
function covers(warning: string, name: string): boolean {
  const field = /^(\w+ \S+) is not executed/u.exec(warning)?.[1]?.replaceAll(/\[\w+\]/gu, '[]');
  return field !== undefined && name.replaceAll('{}', '[]').startsWith(field);
}

// Parsed once: there are some hundred meshes to make of them.
const surroundings = objects(mesh);
const surroundingsOfRule = [...surroundings, ...objects(toSubset)];

function sameConfig(kind: string, before: unknown, after: unknown): boolean {
  const [first, second] = [before, after].map((spec) => {
    const state = new MeshState();
    const others = kind === 'DestinationRule' ? surroundingsOfRule : surroundings;
    for (const each of [...others, completed(objectOf(kind, spec))]) {
      state.apply({ type: 'ADDED', object: each });
    }
    return JSON.stringify([
      configOf(state, sidecar()),
      configOf(state, sidecar({ labels: { k1: 'x1' } })),
      configOf(state, router()),
    ]);
  });
  return first === second;
}

describe('a header value', () => {
  const warningsFor = (value: string) =>
    warningsOf('VirtualService', {
      http: [{ route: [{ headers: { response: { set: { 'x-a': value, host: '%HOSTNAME%' } } } }] }],
    });

  it('with a formatter that the proxy refuses is warned of by name', () => {
    expect(warningsFor('a %HOSTNAME%')).toEqual([
      'VirtualService spec.http[0].route[0].headers.response.set[x-a] is not executed by this sandbox (%HOSTNAME% is not a format operator this proxy has); the real thing runs with --engine kind',
    ]);
  });

  it('with formatters that it has is not', () => {
    expect(warningsFor('%REQ(x-b?:path)% 100%%')).toEqual([]);
  });
});
