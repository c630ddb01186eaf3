import { describe, expect, it } from 'vitest';
import { lines } from './support.ts';

const object = (kind: string, name: string, spec: string, metadata = ''): string =>
  `---\nkind: ${kind}\nmetadata: { name: ${name}, namespace: default${metadata} }\nspec: ${spec}\n`;
const istio = (group: string, kind: string, spec: string): string =>
  `---\napiVersion: ${group}.istio.io/v1\n${object(kind, 'r', spec).slice(4)}`;
const pod = object(
  'Pod',
  'p',
  '{ containers: [{ name: istio-proxy }] }',
  ', labels: { app: web, version: v1 }',
);

describe('§10.2 Gateways', () => {
  const gateway = (name: string, server: string, selector = 'istio: ingressgateway'): string =>
    object('Gateway', name, `{ selector: { ${selector} }, servers: [${server}] }`);
  const http = (host: string, port = 80): string =>
    `{ port: { number: ${port}, name: http, protocol: HTTP }, hosts: [${host}] }`;
  const tls = (host: string, secret = 'c'): string =>
    `{ hosts: [${host}], tls: { mode: SIMPLE, credentialName: ${secret} } }`;
  const ingress =
    '---\nkind: Service\nmetadata: { name: ingress, namespace: istio-system }\nspec: { selector: { istio: ingressgateway }, ports: [{ name: http, port: 80, targetPort: 8080 }] }\n';
  const secret = (data: string): string =>
    `---\nkind: Secret\nmetadata: { name: c, namespace: istio-system }\ndata: ${data}\n`;
  const missing = (name: string): string =>
    `Error [IST0101] (Gateway default/${name}) Referenced credentialName not found: "c"`;

  it.each([
    ['a port of its Service', ingress + gateway('a', http('a.com')), []],
    ['the target port of its Service', ingress + gateway('a', http('a.com', 8080)), []],
    [
      'a port its Service lacks',
      ingress + gateway('a', http('a.com', 9090)),
      [
        'Warning [IST0162] (Gateway default/a) The gateway is listening on a target port (port 9090) that is not defined in the Service associated with its workload instances (Pod selector istio=ingressgateway). If you need to access the gateway port through the gateway Service, it will not be available.',
      ],
    ],
    ['no such Secret', gateway('a', tls('a.com')), [missing('a')]],
    [
      'a Secret without a certificate',
      gateway('a', tls('a.com')) + secret('{ tls.crt: YWJj, tls.key: YWJj }'),
      [
        'Error [IST0161] (Gateway default/a) The credential referenced by the Gateway a in namespace istio-system is invalid, which can cause the traffic not to work as expected.',
      ],
    ],
    [
      'the Secret of another',
      gateway('a', tls('a.com')) + gateway('b', tls('b.com')),
      [
        missing('a'),
        missing('b'),
        'Warning [IST0138] (Gateway default/a) Duplicate certificate in multiple gateways [default/a default/b] may cause 404s if clients re-use HTTP2 connections.',
        'Warning [IST0138] (Gateway default/b) Duplicate certificate in multiple gateways [default/b default/a] may cause 404s if clients re-use HTTP2 connections.',
      ],
    ],
    [
      'the host of another, for the same pods and port',
      ingress + gateway('a', http('a.com')) + gateway('b', http('a.com')),
      [
        'Error [IST0145] (Gateway default/a) Conflict with gateways default/b (workload selector istio=ingressgateway, port 80, hosts a.com).',
        'Error [IST0145] (Gateway default/b) Conflict with gateways default/a (workload selector istio=ingressgateway, port 80, hosts a.com).',
      ],
    ],
    ['another host', ingress + gateway('a', http('a.com')) + gateway('b', http('b.com')), []],
  ])('with %s', (_, text, expected) => {
    expect(lines(text)).toEqual(expected);
  });
});

describe('§10.2 other kinds', () => {
  it.each([
    [
      'TLS to a server nobody checks',
      object(
        'DestinationRule',
        'd',
        '{ host: a.com, trafficPolicy: { tls: { mode: SIMPLE }, portLevelSettings: [{ port: { number: 443 }, tls: { mode: MUTUAL } }] } }',
      ),
      [
        'Warning [IST0128] (DestinationRule default/d) DestinationRule default/d in namespace default has TLS mode set to SIMPLE but no caCertificates are set to validate server identity for host: a.com',
        'Warning [IST0129] (DestinationRule default/d) DestinationRule default/d in namespace default has TLS mode set to MUTUAL but no caCertificates are set to validate server identity for host: a.com at port number:443',
      ],
    ],
    [
      'TLS to a server that is checked',
      object(
        'DestinationRule',
        'd',
        '{ host: a.com, trafficPolicy: { tls: { mode: SIMPLE, caCertificates: /ca.pem } } }',
      ),
      [],
    ],
    [
      'a TCP ServiceEntry without addresses',
      object('ServiceEntry', 'e', '{ hosts: [a.com], ports: [{ number: 9000, name: tcp, protocol: TCP }] }'),
      ['Warning [IST0134] (ServiceEntry default/e) ServiceEntry addresses are required for this protocol.'],
    ],
    [
      'two Sidecars for one pod',
      pod +
        object('Sidecar', 'a', '{ workloadSelector: { labels: { app: web } } }') +
        object('Sidecar', 'b', '{ workloadSelector: { labels: { version: v1 } } }'),
      [
        'Error [IST0110] (Sidecar default/a) The Sidecars [a b] in namespace "default" select the same workload pod "p", which can lead to undefined behavior.',
        'Error [IST0110] (Sidecar default/b) The Sidecars [a b] in namespace "default" select the same workload pod "p", which can lead to undefined behavior.',
      ],
    ],
    [
      'a Sidecar for no pod',
      object('Sidecar', 'a', '{ workloadSelector: { labels: { app: gone } } }'),
      ['Error [IST0101] (Sidecar default/a) Referenced selector not found: "app=gone"'],
    ],
    [
      'two Telemetries for one pod',
      pod +
        object('Telemetry', 'a', '{ selector: { matchLabels: { app: web } } }') +
        object('Telemetry', 'b', '{ selector: { matchLabels: { app: web } } }'),
      [
        'Error [IST0159] (Telemetry default/a) The Telemetries [a b] in namespace "default" select the same workload pod "p", which can lead to undefined behavior.',
        'Error [IST0159] (Telemetry default/b) The Telemetries [a b] in namespace "default" select the same workload pod "p", which can lead to undefined behavior.',
      ],
    ],
    [
      'two Telemetries without a selector',
      object('Telemetry', 'a', '{}') + object('Telemetry', 'b', '{}'),
      [
        'Error [IST0160] (Telemetry default/a) The Telemetries [a b] in namespace "default" have no workload selector, which can lead to undefined behavior.',
        'Error [IST0160] (Telemetry default/b) The Telemetries [a b] in namespace "default" have no workload selector, which can lead to undefined behavior.',
      ],
    ],
    [
      'a Telemetry without a provider',
      object('Telemetry', 'a', '{ accessLogging: [{}] }'),
      [
        'Warning [IST0157] (Telemetry default/a) The Telemetry a in namespace "default" with empty providers will be ignored.',
      ],
    ],
    [
      'a policy about a namespace that is not there',
      pod +
        object(
          'AuthorizationPolicy',
          'p',
          '{ rules: [{ from: [{ source: { namespaces: [gone, "def*"] } }] }] }',
        ),
      ['Error [IST0101] (AuthorizationPolicy default/p) Referenced namespace not found: "gone"'],
    ],
    [
      'a policy of a namespace without pods',
      object('AuthorizationPolicy', 'p', '{}'),
      [
        'Warning [IST0127] (AuthorizationPolicy default/p) No matching workloads for this resource with the following labels: ',
      ],
    ],
    [
      'a pod that runs as the proxy’s user',
      object(
        'Pod',
        'p',
        '{ containers: [{ name: app, securityContext: { runAsUser: 1337 } }, { name: istio-proxy }] }',
      ),
      ['Warning [IST0144] (Pod default/p) User ID (UID) 1337 is reserved for the sidecar proxy.'],
    ],
    [
      'a pod that no injection gave its image',
      object('Pod', 'p', '{ containers: [{ name: istio-proxy, image: auto }] }'),
      [
        'Error [IST0147] (Pod default/p) Pod p contains `image: auto` but does not match any Istio injection webhook selectors.',
      ],
    ],
    [
      'a Deployment whose pods get no image from injection',
      object(
        'Deployment',
        'd',
        '{ template: { metadata: { labels: { sidecar.istio.io/inject: "false" } }, spec: { containers: [{ name: istio-proxy, image: auto }] } } }',
      ),
      [
        'Warning [IST0146] (Deployment default/d) Deployment d contains `image: auto` but does not match any Istio injection webhook selectors.',
      ],
    ],
    [
      'a Deployment whose pods get their image from injection',
      object(
        'Deployment',
        'd',
        '{ template: { spec: { containers: [{ name: istio-proxy, image: auto }] } } }',
      ),
      [],
    ],
    [
      'a port name of an ExternalName service',
      object('Service', 's', '{ type: ExternalName, externalName: a.com, ports: [{ name: tcp, port: 80 }] }'),
      [
        'Warning [IST0150] (Service default/s) Port name for ExternalName service is invalid. Proxy may prevent tcp named ports and unmatched traffic for ports serving TCP protocol from being forwarded correctly',
      ],
    ],
  ])('%s', (_, text, expected) => {
    expect(lines(text)).toEqual(expected);
  });

  const deployment = object('Deployment', 'd', '{ template: { metadata: { labels: { app: x } } } }');
  const service = (name: string, port: string): string =>
    object('Service', name, `{ selector: { app: x }, ports: [{ name: http, ${port} }] }`);

  it.each([
    [
      'of different protocols',
      service('a', 'port: 80, targetPort: 3000, protocol: TCP') +
        service('b', 'port: 80, targetPort: 3001, protocol: UDP'),
      'Warning [IST0116] (Deployment default/d) This deployment d is associated with multiple services using port 80 but different protocols: [default/a default/b]',
    ],
    [
      'with one target port and different ports',
      service('a', 'port: 80, targetPort: 3000') + service('b', 'port: 81, targetPort: 3000'),
      'Warning [IST0137] (Deployment default/d) This deployment d is associated with multiple services [default/a default/b] using targetPort "3000" but different ports: [80 81].',
    ],
  ])('a Deployment behind services %s', (_, services, expected) => {
    expect(lines(deployment + services)).toEqual([expected]);
  });
});

describe('§10.2 what the webhook says', () => {
  const to = 'route: [{ destination: { host: web } }]';

  it.each([
    [
      'of a mistake',
      istio('networking', 'VirtualService', '{ hosts: [web], http: [{ timeout: 0s }] }'),
      [
        'Error [IST0106] (VirtualService default/r) Schema validation error: HTTP route, redirect or direct_response is required',
        'Error [IST0106] (VirtualService default/r) Schema validation error: duration must be greater than 1ms',
      ],
    ],
    [
      'of a second rule without a match',
      istio('networking', 'VirtualService', `{ hosts: [web], http: [{ ${to} }, { ${to} }] }`),
      [
        'Warning [IST0130] (VirtualService default/r) VirtualService rule #1 not used (only the last rule can have no matches).',
      ],
    ],
    [
      'of a prefix that another covers',
      istio(
        'networking',
        'VirtualService',
        `{ hosts: [web], http: [{ match: [{ uri: { prefix: / } }], ${to} }, { match: [{ uri: { prefix: /a } }], ${to} }] }`,
      ),
      [
        'Info [IST0131] (VirtualService default/r) VirtualService rule #1 match #0 of prefix /a is not used (duplicate/overlapping match in rule #0 of prefix / on #0).',
      ],
    ],
    [
      'of a setting that is deprecated',
      istio('networking', 'VirtualService', `{ hosts: [web], http: [{ ${to}, mirrorPercent: 50 }] }`),
      [
        'Warning [IST0133] (VirtualService default/r) Schema validation warning: using deprecated setting "mirrorPercent", use "mirrorPercentage" instead',
      ],
    ],
  ])('%s', (_, text, expected) => {
    expect(lines(text)).toEqual(expected);
  });

  it('says nothing of a rule without a match that comes first', () => {
    const spec = `{ hosts: [web], http: [{ ${to} }, { match: [{ uri: { prefix: /a } }], ${to} }] }`;
    expect(lines(istio('networking', 'VirtualService', spec))).toEqual([]);
  });
});
