import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { analyze } from '../../../../sandbox/istio-api/analyze/analyze.ts';
import { messageLine } from '../../../../sandbox/istio-api/analyze/message.ts';
import type { AnyObject } from '../../../../sandbox/kube/object.ts';

const base = `
kind: Namespace
metadata: { name: default, labels: { istio-injection: enabled } }
---
kind: Service
metadata: { name: web, namespace: default }
spec: { ports: [{ name: http, port: 80 }] }
---
kind: Service
metadata: { name: two, namespace: default }
spec: { ports: [{ name: http, port: 80 }, { name: http-more, port: 81 }] }
---
kind: DestinationRule
metadata: { name: web, namespace: default }
spec: { host: web, subsets: [{ name: v1, labels: { version: v1 } }] }
---
kind: Pod
metadata: { name: gw, namespace: istio-system, labels: { istio: ingressgateway } }
---
kind: Gateway
metadata: { name: gw, namespace: default }
spec: { selector: { istio: ingressgateway }, servers: [{ hosts: ["web.example.com"] }] }
`;

const lines = (text: string, namespace?: string): string[] =>
  analyze(
    parseAllDocuments(`${base}\n---\n${text}`).map((document) => document.toJS() as AnyObject),
    namespace === undefined ? {} : { namespace },
  ).map(messageLine);

const rule = (spec: string, name = 'r'): string =>
  `kind: VirtualService\nmetadata: { name: ${name}, namespace: default }\nspec: ${spec}\n`;
const to = (destination: string): string =>
  rule(`{ hosts: [web], http: [{ route: [{ destination: ${destination} }] }] }`);

describe('§10.2 analyze', () => {
  it.each([
    ['a whole rule', to('{ host: web, subset: v1 }'), []],
    [
      'an unknown host',
      to('{ host: nope }'),
      ['Error [IST0101] (VirtualService default/r) Referenced host not found: "nope"'],
    ],
    [
      'a host of another namespace, cut short',
      to('{ host: web.default }'),
      ['Error [IST0101] (VirtualService default/r) Referenced host not found: "web.default"'],
    ],
    [
      'an unknown subset',
      to('{ host: web, subset: v9 }'),
      [
        'Error [IST0101] (VirtualService default/r) Referenced host+subset in destinationrule not found: "web+v9"',
      ],
    ],
    [
      'an unknown port',
      to('{ host: web, port: { number: 8080 } }'),
      ['Error [IST0101] (VirtualService default/r) Referenced host:port not found: "web:8080"'],
    ],
    [
      'an unknown mirror',
      rule('{ hosts: [web], http: [{ mirror: { host: gone }, route: [{ destination: { host: web } }] }] }'),
      ['Error [IST0101] (VirtualService default/r) Referenced host not found: "gone"'],
    ],
    [
      'a service of several ports',
      to('{ host: two }'),
      [expect.stringMatching(/^Error \[IST0112\] .*"two" that exposes multiple ports \[80 81\]/u)],
    ],
    [
      'an unknown gateway',
      rule('{ hosts: [web.example.com], gateways: [gone], http: [] }'),
      ['Error [IST0101] (VirtualService default/r) Referenced gateway not found: "gone"'],
    ],
    [
      'a host the gateway does not serve',
      rule('{ hosts: [a.example.com], gateways: [gw], http: [] }'),
      [expect.stringContaining('Warning [IST0132] (VirtualService default/r)')],
    ],
    [
      'a host of a ServiceEntry',
      `${to('{ host: api.example.com }')}---\nkind: ServiceEntry\nmetadata: { name: e, namespace: default }\nspec: { hosts: [api.example.com], ports: [{ number: 80 }] }`,
      [],
    ],
    [
      'two rules for one host',
      `${to('{ host: web }')}---\n${rule('{ hosts: [web], http: [] }', 's')}`,
      [
        expect.stringContaining('Error [IST0109] (VirtualService default/r)'),
        expect.stringContaining('Error [IST0109] (VirtualService default/s)'),
      ],
    ],
    [
      'a gateway for no pod',
      'kind: Gateway\nmetadata: { name: g, namespace: default }\nspec: { selector: { istio: gone } }',
      ['Error [IST0101] (Gateway default/g) Referenced selector not found: "istio=gone"'],
    ],
    [
      'a policy for no pod',
      'kind: AuthorizationPolicy\nmetadata: { name: p, namespace: default }\nspec: { selector: { matchLabels: { app: x } } }',
      [
        'Warning [IST0127] (AuthorizationPolicy default/p) No matching workloads for this resource with the following labels: app=x',
      ],
    ],
    [
      'a namespace without a word on injection',
      'kind: Namespace\nmetadata: { name: bare }',
      [
        expect.stringContaining(
          "Info [IST0102] (Namespace bare) The namespace is not enabled for Istio injection. Run 'kubectl label namespace bare istio-injection=enabled'",
        ),
      ],
    ],
    [
      'a namespace with both labels',
      'kind: Namespace\nmetadata: { name: b, labels: { istio-injection: enabled, istio.io/rev: x } }',
      [expect.stringContaining('Warning [IST0123] (Namespace b)')],
    ],
    [
      'a pod without a proxy',
      'kind: Pod\nmetadata: { name: p, namespace: default }\nspec: { containers: [{ name: app }] }',
      [
        expect.stringContaining(
          'Warning [IST0103] (Pod default/p) The pod default/p is missing the Istio proxy.',
        ),
      ],
    ],
    [
      'a pod that wants none',
      'kind: Pod\nmetadata: { name: p, namespace: default, labels: { sidecar.istio.io/inject: "false" } }\nspec: { containers: [{ name: app }] }',
      [],
    ],
    [
      'a port name without a protocol',
      'kind: Service\nmetadata: { name: s, namespace: default }\nspec: { ports: [{ name: web, port: 80, targetPort: 3000 }] }',
      [
        "Info [IST0118] (Service default/s) Port name web (port: 80, targetPort: 3000) doesn't follow the naming convention of Istio port.",
      ],
    ],
    [
      'two Sidecars without a selector',
      'kind: Sidecar\nmetadata: { name: a, namespace: default }\n---\nkind: Sidecar\nmetadata: { name: b, namespace: default }',
      [
        expect.stringContaining('Error [IST0111] (Sidecar default/a)'),
        expect.stringContaining('Error [IST0111] (Sidecar default/b)'),
      ],
    ],
  ])('%s', (_, text, expected) => {
    expect(lines(text)).toEqual(expected);
  });

  it('tells errors before warnings before infos', () => {
    const levels = lines(
      `${to('{ host: nope }')}---\nkind: Namespace\nmetadata: { name: bare }\n---\nkind: Pod\nmetadata: { name: p, namespace: default }`,
    );
    expect(levels.map((line) => line.split(' ')[0])).toEqual(['Error', 'Warning', 'Info']);
  });

  it('of one namespace tells nothing of others', () => {
    expect(lines(`${to('{ host: nope }')}---\nkind: Namespace\nmetadata: { name: bare }`, 'bare')).toEqual([
      expect.stringContaining('IST0102'),
    ]);
  });
});
