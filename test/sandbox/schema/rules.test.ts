import { describe, expect, it } from 'vitest';
import type { AnyObject } from '../../../sandbox/kube/object.ts';
import { typeOf, container, defaulted, deployment, objectOf, pod, refusals, service } from './subjects.ts';

const label63 =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const labelValue =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

describe('a pod', () => {
  it('is accepted with one container', () => {
    expect(refusals(pod())).toEqual([]);
  });

  it.each<[string, AnyObject, string[]]>([
    ['no containers', objectOf('Pod', { spec: {} }), ['spec.containers: Required value']],
    ['a container without a name', pod({ name: undefined }), ['spec.containers[0].name: Required value']],
    [
      'a container name in capitals',
      pod({ name: 'App' }),
      [`spec.containers[0].name: Invalid value: "App": ${label63}`],
    ],
    [
      'two containers of one name',
      pod({}, { containers: [container(), container()] }),
      ['spec.containers[1].name: Duplicate value: "app"'],
    ],
    [
      'an init container named like a container',
      pod({}, { initContainers: [container()] }),
      ['spec.initContainers[0].name: Duplicate value: "app"'],
    ],
    ['no image', pod({ image: '' }), ['spec.containers[0].image: Required value']],
    [
      'an image with a space at its end',
      pod({ image: 'nginx ' }),
      ['spec.containers[0].image: Invalid value: "nginx ": must not have leading or trailing whitespace'],
    ],
    [
      'an unknown pull policy',
      pod({ imagePullPolicy: 'Sometimes' }),
      [
        'spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
      ],
    ],
    [
      'an unknown restart policy',
      pod({}, { restartPolicy: 'Maybe' }),
      ['spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"'],
    ],
    [
      'a port beyond the last',
      pod({ ports: [{ containerPort: 70_000 }] }),
      [
        'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      ],
    ],
    [
      'a port without a number',
      pod({ ports: [{ name: 'http' }] }),
      ['spec.containers[0].ports[0].containerPort: Required value'],
    ],
    [
      'two ports of one name',
      pod({
        ports: [
          { name: 'http', containerPort: 80 },
          { name: 'http', containerPort: 81 },
        ],
      }),
      ['spec.containers[0].ports[1].name: Duplicate value: "http"'],
    ],
    [
      'a port name of 16 characters',
      pod({ ports: [{ name: 'a-very-long-name', containerPort: 80 }] }),
      [
        'spec.containers[0].ports[0].name: Invalid value: "a-very-long-name": must be no more than 15 characters',
      ],
    ],
    [
      'an unknown protocol',
      pod({ ports: [{ containerPort: 80, protocol: 'HTTP' }] }),
      [
        'spec.containers[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
      ],
    ],
    [
      'a variable name with =',
      pod({ env: [{ name: 'A=B', value: 'c' }] }),
      [
        'spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
      ],
    ],
    [
      'a variable with both a value and a source',
      pod({ env: [{ name: 'A', value: 'c', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
      [
        'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
      ],
    ],
    [
      'a mount of a volume that is not there',
      pod({ volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
      ['spec.containers[0].volumeMounts[0].name: Not found: "data"'],
    ],
    [
      'two mounts at one path',
      pod(
        {
          volumeMounts: [
            { name: 'a', mountPath: '/x' },
            { name: 'a', mountPath: '/x' },
          ],
        },
        { volumes: [{ name: 'a' }] },
      ),
      ['spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/x": must be unique'],
    ],
    [
      'a volume of two sources',
      pod({}, { volumes: [{ name: 'a', emptyDir: {}, hostPath: { path: '/' } }] }),
      ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      'a probe without a handler',
      pod({ livenessProbe: { periodSeconds: 3 } }),
      ['spec.containers[0].livenessProbe: Required value: must specify a handler type'],
    ],
    [
      'a probe with two handlers',
      pod({ readinessProbe: { httpGet: { port: 80 }, exec: { command: ['true'] } } }),
      ['spec.containers[0].readinessProbe.httpGet: Forbidden: may not specify more than 1 handler type'],
    ],
    [
      'a liveness probe that must succeed twice',
      pod({ livenessProbe: { httpGet: { port: 80 }, successThreshold: 2 } }),
      ['spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1'],
    ],
    [
      'a request above its limit',
      pod({ resources: { requests: { cpu: '2' }, limits: { cpu: 1 } } }),
      [
        'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
      ],
    ],
    [
      'a negative grace period',
      pod({}, { terminationGracePeriodSeconds: -1 }),
      ['spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0'],
    ],
  ])('with %s is refused', (_what, object, causes) => {
    expect(refusals(object)).toEqual(causes);
  });
});

describe('an update of a pod', () => {
  const old = defaulted(pod());
  const withSpec = (
    change: (spec: { containers: Record<string, unknown>[]; [field: string]: unknown }) => void,
  ) => {
    const next = structuredClone(old);
    change(next['spec'] as { containers: Record<string, unknown>[] });
    return next;
  };

  it.each<[string, AnyObject]>([
    ['nothing', old],
    ['an image', withSpec(({ containers }) => Object.assign(containers[0] ?? {}, { image: 'nginx:1.28' }))],
    ['its labels', { ...old, metadata: { ...old.metadata, labels: { a: 'b' } } }],
    ['the node of a pod without one', withSpec((spec) => Object.assign(spec, { nodeName: 'node' }))],
    [
      'its tolerations by one more',
      withSpec((spec) => (spec['tolerations'] as unknown[]).push({ key: 'k', operator: 'Exists' })),
    ],
  ])('may change %s', (_what, next) => {
    expect(refusals(next, old)).toEqual([]);
  });

  it.each<[string, AnyObject, RegExp]>([
    [
      'a port',
      withSpec(({ containers }) => Object.assign(containers[0] ?? {}, { ports: [{ containerPort: 1 }] })),
      /^spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`/,
    ],
    [
      'the number of containers',
      withSpec(({ containers }) => containers.push(container({ name: 'b' }))),
      /^spec\.containers: Forbidden: pod updates may not add or remove containers$/,
    ],
    [
      'a toleration it had',
      withSpec((spec) => Object.assign(spec, { tolerations: [] })),
      /^spec\.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds$/,
    ],
  ])('may not change %s', (_what, next, message) => {
    const bare = structuredClone(next);
    // The defaulting of an update adds no tolerations.
    expect(refusals(bare, old)).toEqual([expect.stringMatching(message)]);
  });
});

describe('a Deployment', () => {
  it('is accepted with a selector that matches its template', () => {
    expect(refusals(deployment())).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['no selector', { selector: undefined }, ['spec.selector: Required value']],
    [
      'an empty selector',
      { selector: {} },
      [
        'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for deployment',
      ],
    ],
    [
      'a selector that misses its template',
      { selector: { matchLabels: { app: 'other' } } },
      [
        'spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
    [
      'a label value with a space',
      {
        template: { metadata: { labels: { app: 'web', x: 'a b' } }, spec: { containers: [container()] } },
      },
      [`spec.template.metadata.labels: Invalid value: "a b": ${labelValue}`],
    ],
    [
      'less than no replicas',
      { replicas: -1 },
      ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'an unknown strategy',
      { strategy: { type: 'BlueGreen' } },
      ['spec.strategy.type: Unsupported value: "BlueGreen": supported values: "Recreate", "RollingUpdate"'],
    ],
    [
      'Recreate with rolling parameters',
      { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } },
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      'no room to roll',
      { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } },
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
    ],
    [
      'pods that are not always restarted',
      {
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { restartPolicy: 'Never', containers: [container()] },
        },
      },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      'no template',
      { template: undefined },
      [
        'spec.template.metadata.labels: Invalid value: map[string]string(nil): `selector` does not match template `labels`',
        'spec.template.spec.containers: Required value',
      ],
    ],
  ])('with %s is refused', (_what, spec, causes) => {
    expect(refusals(deployment(spec))).toEqual(causes);
  });

  it('keeps its selector', () => {
    const labels = { app: 'web', tier: 'front' };
    const next = deployment({
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container()] } },
    });
    expect(refusals(next, defaulted(deployment()))).toEqual([
      'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"web", "tier":"front"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable',
    ]);
  });
});

describe('a Service', () => {
  it('is accepted with one port', () => {
    expect(refusals(service())).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['no ports', { ports: undefined }, ['spec.ports: Required value']],
    [
      'port 0',
      { ports: [{ port: 0 }] },
      [
        'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive',
      ],
    ],
    [
      'two nameless ports',
      { ports: [{ port: 80 }, { port: 81 }] },
      ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
    ],
    [
      'two ports of one name',
      {
        ports: [
          { name: 'a', port: 80 },
          { name: 'a', port: 81 },
        ],
      },
      ['spec.ports[1].name: Duplicate value: "a"'],
    ],
    [
      'one port twice',
      {
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 80 },
        ],
      },
      [
        'spec.ports[1]: Duplicate value: core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:80, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}',
      ],
    ],
    [
      'an unknown type',
      { type: 'Ingress' },
      [
        'spec.type: Unsupported value: "Ingress": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      ],
    ],
    [
      'a node port below the range',
      { type: 'NodePort', ports: [{ port: 80, nodePort: 8080 }] },
      [
        'spec.ports[0].nodePort: Invalid value: 8080: provided port is not in the valid range. The range of valid ports is 30000-32767',
      ],
    ],
    [
      'a node port on a ClusterIP service',
      { ports: [{ port: 80, nodePort: 30_080 }] },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      'a target port name with capitals',
      { ports: [{ port: 80, targetPort: 'HTTP' }] },
      [
        'spec.ports[0].targetPort: Invalid value: "HTTP": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
        'spec.ports[0].targetPort: Invalid value: "HTTP": must contain at least one letter (a-z)',
      ],
    ],
    [
      'an address that is none',
      { clusterIP: 'ten' },
      [
        'spec.clusterIPs[0]: Invalid value: "ten": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      ],
    ],
    ['no external name', { type: 'ExternalName', ports: undefined }, ['spec.externalName: Required value']],
  ])('with %s is refused', (_what, spec, causes) => {
    expect(refusals(service(spec))).toEqual(causes);
  });

  it('keeps its address', () => {
    const old = defaulted(service({ clusterIP: '10.96.0.9' }));
    expect(refusals(service({ clusterIP: '10.96.0.10' }), old)).toEqual([
      'spec.clusterIPs[0]: Invalid value: []string{"10.96.0.10"}: may not change once set',
    ]);
    expect(refusals(service(), old)).toEqual([]);
  });
});

describe('a ConfigMap or Secret', () => {
  it.each<[string, AnyObject, string[]]>([
    ['a dotted key', objectOf('ConfigMap', { data: { 'app.conf': '' } }), []],
    [
      'a key with a space',
      objectOf('ConfigMap', { data: { 'a b': '' } }),
      [
        "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ],
    ],
    [
      'more than a mebibyte',
      objectOf('ConfigMap', { data: { a: 'x'.repeat(1024 * 1024 + 1) } }),
      [': Too long: may not be more than 1048576 bytes'],
    ],
    ['an opaque secret', objectOf('Secret', { stringData: { a: 'b' } }), []],
    [
      'a TLS secret without a key',
      objectOf('Secret', { type: 'kubernetes.io/tls', data: { 'tls.crt': 'eA==' } }),
      ['data[tls.key]: Required value'],
    ],
  ])('with %s is judged as Kubernetes does', (_what, object, causes) => {
    expect(refusals(object)).toEqual(causes);
  });

  it('does not change once it is immutable', () => {
    const old = objectOf('ConfigMap', { immutable: true, data: { a: '1' } });
    expect(refusals({ ...old, data: { a: '2' } }, old)).toEqual([
      'data: Forbidden: field is immutable when `immutable` is set',
    ]);
  });
});

describe('kinds without rules of their own', () => {
  it.each<[string, AnyObject, string[]]>([
    ['Role', objectOf('Role', { rules: [{ apiGroups: [''] }] }), ['rules[0].verbs: Required value']],
    [
      'Ingress',
      objectOf('Ingress', {
        spec: { rules: [{ http: { paths: [{ pathType: 'Glob', backend: {} }] } }] },
      }),
      [
        'spec.rules[0].http.paths[0].pathType: Unsupported value: "Glob": supported values: "Exact", "ImplementationSpecific", "Prefix"',
      ],
    ],
  ])('%s still has required fields and fixed sets', (_kind, object, causes) => {
    expect(refusals(object)).toEqual(causes);
  });

  it.each(['Namespace', 'ServiceAccount', 'Lease', 'ConfigMap', 'Endpoints'])(
    'an empty %s is fine',
    (kind) => {
      expect(typeOf(kind).kind).toBe(kind);
      expect(refusals(objectOf(kind))).toEqual([]);
    },
  );
});
